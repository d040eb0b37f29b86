import { element } from './dom.ts';

/** A dialog over the page; Escape, its button and a click beside it close it, and the focus goes back to where it was. */
export interface Dialog {
  readonly root: HTMLDialogElement;
  readonly open: () => void;
  readonly isOpen: boolean;
}

export function createDialog(id: string, title: string, ...content: readonly Node[]): Dialog {
  const close = element('button', {
    class: 'icon-button',
    text: '✕',
    attributes: { type: 'button', 'aria-label': 'Close' },
    onClick: () => {
      root.close();
    },
  });
  const root = element(
    'dialog',
    { attributes: { id, 'aria-labelledby': `${id}-title` } },
    element(
      'div',
      { class: 'panel-head' },
      element('h2', { text: title, attributes: { id: `${id}-title` } }),
      close,
    ),
    ...content,
  );
  root.addEventListener('click', (event) => {
    if (event.target === root) root.close();
  });
  document.body.append(root);
  return {
    root,
    open: () => {
      if (!root.open) root.showModal();
    },
    get isOpen() {
      return root.open;
    },
  };
}
