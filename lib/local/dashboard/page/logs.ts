import type { Logs } from '../protocol.ts';
import { createDialog } from './dialog.ts';
import { element, setText } from './dom.ts';
import { createSelect } from './select.ts';
import type { View } from './view.ts';

/** A drawer with what a function wrote. */
export interface LogsDrawer extends View {
  /** @param name the function; the one that was shown the last time, unless given */
  readonly open: (name?: string) => void;
}

const REFRESH_MS = 1_000;

/** @param read asks the server */
export function createLogs(read: (name: string) => Promise<Logs>): LogsDrawer {
  let functions: readonly string[] = [];
  let shown = '';
  const select = createSelect('Function', (name) => {
    shown = name;
    setText(output, '');
    void load();
  });
  const output = element('pre', {
    class: 'log',
    attributes: { tabindex: '0', role: 'log', 'aria-label': 'Lines' },
  });
  const dialog = createDialog('logs', 'Logs', select.root, output);
  dialog.root.classList.add('drawer');

  async function load(): Promise<void> {
    if (!dialog.isOpen || shown === '') return;
    const asked = shown;
    try {
      const { lines } = await read(asked);
      if (asked === shown) show(lines);
    } catch (error) {
      setText(output, error instanceof Error ? error.message : String(error));
    }
  }

  /** Keeps to the end while one looks at the end. */
  function show(lines: readonly string[]): void {
    const isAtEnd = output.scrollHeight - output.scrollTop - output.clientHeight < 24;
    setText(output, lines.length === 0 ? 'It has written nothing.' : lines.join('\n'));
    if (isAtEnd) output.scrollTop = output.scrollHeight;
  }

  setInterval(() => void load(), REFRESH_MS);
  return {
    update: ({ graph }) => {
      functions = graph.nodes.filter(({ kind }) => kind === 'function').map(({ label }) => label);
      shown = shown === '' ? (functions[0] ?? '') : shown;
      select.set(functions, shown);
    },
    open: (name) => {
      shown = name ?? shown;
      select.set(functions, shown);
      dialog.open();
      void load();
    },
  };
}
