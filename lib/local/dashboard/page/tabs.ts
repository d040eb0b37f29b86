import { element, setAttributes, setText } from './dom.ts';

/** Tabs, of which one is shown. */
export interface Tabs {
  readonly bar: HTMLElement;
  readonly panels: readonly HTMLElement[];
  label(index: number, text: string): void;
}

/** As the ARIA authoring practices have it: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ */
export function createTabs(
  id: string,
  label: string,
  tabs: readonly { readonly name: string; readonly content: HTMLElement }[],
): Tabs {
  const buttons = tabs.map(({ name }, index) =>
    element('button', {
      text: name,
      attributes: {
        type: 'button',
        role: 'tab',
        id: `${id}-tab-${index}`,
        'aria-controls': `${id}-panel-${index}`,
      },
      onClick: () => {
        select(index);
      },
    }),
  );
  const panels = tabs.map(({ content }, index) =>
    element(
      'div',
      {
        class: 'tab-panel scroll',
        attributes: {
          role: 'tabpanel',
          id: `${id}-panel-${index}`,
          'aria-labelledby': `${id}-tab-${index}`,
          tabindex: '0',
        },
      },
      content,
    ),
  );
  const bar = element(
    'div',
    { class: 'segments', attributes: { role: 'tablist', 'aria-label': label } },
    ...buttons,
  );
  const select = (chosen: number): void => {
    for (const [index, button] of buttons.entries()) {
      setAttributes(button, {
        'aria-selected': String(index === chosen),
        tabindex: index === chosen ? '0' : '-1',
      });
      const panel = panels[index];
      if (panel !== undefined) panel.hidden = index !== chosen;
    }
  };
  bar.addEventListener('keydown', (event) => {
    const at = buttons.findIndex((button) => button === event.target);
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (at === -1 || step === 0) return;
    event.preventDefault();
    const next = (at + step + buttons.length) % buttons.length;
    select(next);
    buttons[next]?.focus();
  });
  select(0);
  return {
    bar,
    panels,
    label: (index, text) => {
      const button = buttons[index];
      if (button !== undefined) setText(button, text);
    },
  };
}
