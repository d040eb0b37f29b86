// A pipeline as its author's file exports it.
export { pipeline as default } from '../support/pipeline.ts';
