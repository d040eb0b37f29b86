import type { Snapshot } from '../protocol.ts';

/** Whether the page hears from the stack. */
export type ConnectionState = 'connecting' | 'connected' | 'lost';

/** Who is told of what comes. */
export interface ConnectionListener {
  onSnapshot(snapshot: Snapshot): void;
  onState(state: ConnectionState): void;
}

const RETRY_MS = 1_000;

/**
 * Listens to snapshots for as long as the page lives. A server that goes away is tried again every second: the browser's own
 * retries give up for good at an answer that is no stream of events.
 */
export function connect(path: string, listener: ConnectionListener): void {
  const source = new EventSource(path);
  source.addEventListener('open', () => {
    listener.onState('connected');
  });
  source.addEventListener('snapshot', (event: MessageEvent<string>) => {
    listener.onSnapshot(JSON.parse(event.data) as Snapshot);
  });
  source.addEventListener('error', () => {
    source.close();
    listener.onState('lost');
    setTimeout(() => {
      connect(path, listener);
    }, RETRY_MS);
  });
}
