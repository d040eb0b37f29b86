// One of the threads that seeds are divided among. It is plain JavaScript, as a worker begins without the loader.
import { setMaxListeners } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
// A shard that is read has as many waits under way as it likes.
setMaxListeners(0);
const { run } = await import('./world.ts');

parentPort.on('message', async (seed) => {
  const { violations, faults, givenUp } = await run(seed);
  parentPort.postMessage({ seed, violations, faults: faults.length, givenUp });
});
parentPort.postMessage('ready');
