import { Writable } from 'node:stream';

/**
 * Has all that is written to stdout and stderr sent at once. A thread's own streams send through the event loop, so that a
 * line would wait while the environment sleeps, or never come if it is ended.
 *
 * @param {(message: import('../protocol.ts').ThreadMessage) => void} send
 */
export function captureOutput(send) {
  for (const stream of ['stdout', 'stderr']) {
    const writable = new Writable({
      decodeStrings: false,
      write: (chunk, _encoding, callback) => {
        send({ type: 'output', stream, text: String(chunk) });
        callback();
      },
    });
    Object.defineProperty(process, stream, { value: writable, configurable: true, enumerable: true });
  }
}
