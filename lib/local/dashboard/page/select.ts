import { element } from './dom.ts';

/** A labelled choice of one among few. */
export interface Select {
  readonly root: HTMLElement;
  set(options: readonly string[], chosen: string): void;
}

export function createSelect(label: string, choose: (value: string) => void): Select {
  const id = `choose-${label.toLowerCase()}`;
  const field = element('select', { attributes: { id } });
  field.addEventListener('change', () => {
    choose(field.value);
  });
  let offered = '';
  return {
    root: element(
      'div',
      { class: 'field' },
      element('label', { text: label, attributes: { for: id } }),
      field,
    ),
    set: (options, chosen) => {
      const names = options.join(' ');
      if (names !== offered) {
        offered = names;
        field.replaceChildren(
          ...options.map((text) => element('option', { text, attributes: { value: text } })),
        );
      }
      field.value = chosen;
    },
  };
}
