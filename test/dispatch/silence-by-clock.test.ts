import { expect, it } from 'vitest';
import { runGroup } from '../../lib/dispatch/run-group.ts';
import type { Silence } from '../../lib/dispatch/silence.ts';
import { tellGroup } from '../../lib/dispatch/tell-group.ts';
import { MemoryAlertStore, MemoryTimerStore } from '../support/memory-alerts.ts';
import {
  MemoryAcknowledgementStore,
  MemoryGroupStore,
  MemorySilenceStore,
} from '../support/memory-dispatch.ts';
import { telling, textOf, transitionsOf } from '../support/dispatch.ts';
import { minutes, pipeline } from '../support/pipeline.ts';

const rule = telling({});
// Of a recording: the clock is a year ahead of its events.
const YEAR = 365 * 24 * 60;
const silence: Silence = {
  id: 's',
  matchers: [{ label: 'alert', operator: '=', value: 'slow' }],
  start: minutes(YEAR),
  end: minutes(YEAR + 60),
  author: 'ann',
  comment: 'maintenance',
  created: minutes(YEAR),
};

function stage() {
  const groups = new MemoryGroupStore();
  const silences = new MemorySilenceStore();
  const tell = async (now: number, ...given: Parameters<typeof transitionsOf>[0]): Promise<string[]> => {
    const before = groups.stream.length;
    const dispatching = {
      groups,
      silences,
      acknowledgements: new MemoryAcknowledgementStore(),
      now: () => minutes(now),
    };
    const stores = { alerts: new MemoryAlertStore(), timers: new MemoryTimerStore() };
    const context = { pipeline: { ...pipeline, alerts: [rule] }, ...stores, dispatching };
    const transitions = transitionsOf(given);
    const [first] = transitions;
    if (first === undefined) await runGroup(context, rule, '', [], minutes(9));
    else await tellGroup(context, { rule, group: '', transitions }, first.at);
    return groups.stream.slice(before).map(textOf);
  };
  return { silences, tell };
}

it('holds back what happened long ago, as long as a silence is in force', async () => {
  const { silences, tell } = stage();
  await silences.put(silence);

  expect(await tell(YEAR + 1, [1, 'a', 'warning'])).toEqual([]);
  expect(await tell(YEAR + 59, [2, 'b', 'warning'])).toEqual([]);
});

it('tells it with the next thing that happens in the group, once the clock is past the end', async () => {
  const { silences, tell } = stage();
  await silences.put(silence);
  await tell(YEAR + 1, [1, 'a', 'warning']);

  expect(await tell(YEAR + 60, [2, 'b', 'warning'])).toEqual([
    '2 firing warning: a firing, b firing (2 firing, 0 resolved)',
  ]);
});

it('tells it once the silence has been ended, and the group is woken', async () => {
  const { silences, tell } = stage();
  await silences.put(silence);
  await tell(YEAR + 1, [1, 'a', 'warning']);
  await silences.put({ ...silence, end: minutes(YEAR + 2) });

  expect(await tell(YEAR + 2)).toEqual(['9 firing warning: a firing (1 firing, 0 resolved)']);
});
