export { Chance } from '../../lib/local/faults/chance.ts';
