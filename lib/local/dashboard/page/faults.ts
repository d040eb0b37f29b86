import { element, setText } from './dom.ts';
import { whole } from './format.ts';
import type { View } from './view.ts';

/** What goes wrong on purpose; hidden where nothing does. */
export function createFaults(root: HTMLElement): View {
  const wanted = element('span', { class: 'counts' });
  const list = element('dl', { class: 'faults' });
  const count = (label: string): HTMLElement => {
    const value = element('dd');
    list.append(element('div', {}, element('dt', { text: label }), value));
    return value;
  };
  const throttled = count('throttled');
  const crashed = count('crashed');
  const duplicated = count('duplicated');
  const reshards = count('reshards');
  root.append(
    element(
      'div',
      { class: 'panel-head' },
      element('h2', { text: 'Chaos', attributes: { id: 'faults-title' } }),
      wanted,
    ),
    list,
  );
  return {
    update: ({ faults }) => {
      root.hidden = faults === undefined;
      if (faults === undefined) return;
      setText(wanted, faults.wanted);
      setText(throttled, whole(faults.throttled));
      setText(crashed, whole(faults.crashed));
      setText(duplicated, whole(faults.duplicated));
      setText(reshards, whole(faults.reshards));
    },
  };
}
