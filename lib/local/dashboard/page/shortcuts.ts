/** What the page does at a key. */
export type Shortcuts = Readonly<Record<string, () => void>>;

const TYPED_INTO = 'input, select, textarea, [contenteditable]';
const USES_SPACE = 'button, summary, a, [role=button], [role=tab]';

/**
 * Listens to keys wherever the focus is; not where text is typed, nor where the key has a meaning of its own, such as the space on a
 * button, and never with Ctrl, Alt or Meta.
 */
export function listenToShortcuts(shortcuts: Shortcuts): void {
  document.addEventListener('keydown', (event) => {
    const { target, key } = event;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const action = shortcuts[key];
    if (action === undefined || !(target instanceof Element)) return;
    if (target.closest(TYPED_INTO) !== null || target.closest('dialog') !== null) return;
    if (key === ' ' && target.closest(USES_SPACE) !== null) return;
    event.preventDefault();
    action();
  });
}
