import type { KeyRow } from '../protocol.ts';
import { element, setAttributes, setText } from './dom.ts';
import { whole } from './format.ts';
import { keyLabel, typedKey, type KeyValues } from './keys.ts';

/** A field to search a key in. */
export interface KeyChooser {
  readonly root: HTMLElement;
  /** What there is to choose from. */
  setKeys(dimensions: readonly string[], keys: readonly KeyRow[]): void;
  show(values: KeyValues | undefined): void;
  focus(): void;
}

const MOST_SHOWN = 60;

/**
 * A combobox with a list that filters as one types, as the ARIA authoring practices have it:
 * https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 *
 * A key that is not in the list, which holds the biggest alone, can be typed.
 */
export function createKeyChooser(choose: (values: KeyValues) => void, opened: () => void): KeyChooser {
  const list = element('ul', {
    class: 'options',
    attributes: { role: 'listbox', id: 'key-options', 'aria-label': 'Keys' },
  });
  const input = element('input', {
    attributes: {
      id: 'key',
      type: 'text',
      role: 'combobox',
      autocomplete: 'off',
      spellcheck: 'false',
      'aria-expanded': 'false',
      'aria-controls': 'key-options',
      'aria-autocomplete': 'list',
      'aria-keyshortcuts': '/',
      placeholder: 'search …',
    },
  });
  const label = element('label', { text: 'Key', attributes: { for: 'key' } });
  const root = element('div', { class: 'field combobox' }, label, input, list);
  list.hidden = true;

  let dimensions: readonly string[] = [];
  let keys: readonly KeyRow[] = [];
  let current = '';
  let found: readonly KeyRow[] = [];
  let active = -1;

  const render = (): void => {
    const wanted = input.value === current ? '' : input.value.trim().toLowerCase();
    const matching = keys.filter(({ values }) => keyLabel(dimensions, values).toLowerCase().includes(wanted));
    found = matching.slice(0, MOST_SHOWN);
    list.replaceChildren(
      ...found.map(({ values, records }, index) =>
        element(
          'li',
          {
            attributes: {
              role: 'option',
              id: `key-option-${index}`,
              'aria-selected': String(index === active),
            },
            onClick: () => {
              take(values);
            },
          },
          element('span', { text: keyLabel(dimensions, values) }),
          element('span', { class: 'number', text: whole(records) }),
        ),
      ),
    );
    if (found.length === 0)
      list.append(
        element('li', {
          class: 'note',
          text: keys.length === 0 ? 'no key yet' : 'none of the biggest keys: Enter asks for it all the same',
          attributes: { role: 'option', 'aria-disabled': 'true' },
        }),
      );
    setAttributes(input, {
      'aria-activedescendant': active >= 0 && active < found.length ? `key-option-${active}` : undefined,
    });
    list.children[active]?.scrollIntoView({ block: 'nearest' });
  };
  const open = (): void => {
    if (list.hidden) opened();
    list.hidden = false;
    setAttributes(input, { 'aria-expanded': 'true' });
    render();
  };
  const close = (): void => {
    list.hidden = true;
    active = -1;
    setAttributes(input, { 'aria-expanded': 'false', 'aria-activedescendant': undefined });
  };
  const take = (values: KeyValues): void => {
    current = keyLabel(dimensions, values);
    input.value = current;
    close();
    choose(values);
  };

  input.addEventListener('focus', () => {
    input.select();
  });
  input.addEventListener('click', open);
  input.addEventListener('input', () => {
    active = input.value.trim() === '' ? -1 : 0;
    open();
  });
  input.addEventListener('blur', () => {
    // A click on an option takes the focus first.
    setTimeout(() => {
      if (root.contains(document.activeElement)) return;
      input.value = current;
      close();
    }, 150);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) open();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      active = found.length === 0 ? -1 : (active + step + found.length) % found.length;
      render();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const chosen = list.hidden ? undefined : found[Math.max(0, active)]?.values;
      const values = chosen ?? typedKey(input.value, dimensions);
      if (values !== undefined) take(values);
    } else if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault();
      input.value = current;
      close();
    }
  });

  return {
    root,
    setKeys: (ofDimensions, rows) => {
      dimensions = ofDimensions;
      keys = rows;
      setText(label, dimensions.length === 0 ? 'Key' : dimensions.join(' · '));
      root.hidden = dimensions.length === 0;
      if (!list.hidden) render();
    },
    show: (values) => {
      current = values === undefined ? '' : keyLabel(dimensions, values);
      if (document.activeElement !== input || list.hidden) input.value = current;
    },
    focus: () => {
      input.focus();
      open();
    },
  };
}
