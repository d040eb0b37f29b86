// A pipeline as its author's file exports it.
export { shop as default } from '../query/shop.ts';
