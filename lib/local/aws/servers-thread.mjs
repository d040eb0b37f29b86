// A thread does not take over the host's TypeScript loader, whichever that is (tsx, vitest): it needs its own.
import { register } from 'tsx/esm/api';

register();
await import('./servers-thread.ts');
