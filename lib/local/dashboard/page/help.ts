import { createDialog, type Dialog } from './dialog.ts';
import { element } from './dom.ts';

const SHORTCUTS = [
  ['Space', 'play or pause'],
  ['1 … 5', 'speed: 1×, 10×, 60×, 600×, max'],
  ['/', 'search a key'],
  ['l', 'logs'],
  ['t', 'light or dark'],
  ['↑ ↓ Home End', 'move through a list or table'],
  ['Esc', 'close what is open'],
  ['?', 'this list'],
] as const;

/** The shortcuts. */
export function createHelp(): Dialog {
  const rows = SHORTCUTS.map(([keys, what]) =>
    element('div', {}, element('dt', {}, element('kbd', { text: keys })), element('dd', { text: what })),
  );
  return createDialog('help', 'Shortcuts', element('dl', { class: 'shortcuts' }, ...rows));
}
