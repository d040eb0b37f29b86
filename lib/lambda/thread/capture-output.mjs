/**
 * Has all that is written to stdout and stderr sent at once. A thread's own streams send through the event loop, so that a
 * line would wait while the environment sleeps, or never come if it is ended. The streams stay, as Node.js itself calls them.
 *
 * @param {(message: import('../protocol.ts').ThreadMessage) => void} send
 */
export function captureOutput(send) {
  for (const name of ['stdout', 'stderr']) {
    const stream = process[name];
    stream._write = (chunk, _encoding, callback) => {
      send({ type: 'output', stream: name, text: String(chunk) });
      callback();
    };
    // It gathers what is written while it is corked.
    stream._writev = null;
  }
}
