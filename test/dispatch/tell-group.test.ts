import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertState } from '../../lib/alerts/state.ts';
import { nothingKept, withTransitions } from '../../lib/alerts/write-judgement.ts';
import { tellGroup } from '../../lib/dispatch/tell-group.ts';
import { MemoryAlertStore, MemoryTimerStore } from '../support/memory-alerts.ts';
import {
  MemoryAcknowledgementStore,
  MemoryGroupStore,
  MemorySilenceStore,
} from '../support/memory-dispatch.ts';
import { telling, textOf, transitionsOf } from '../support/dispatch.ts';
import { minutes, pipeline, T0 } from '../support/pipeline.ts';

const rule = telling({ renotify: 2 });

let alerts: MemoryAlertStore;
let groups: MemoryGroupStore;
let timers: MemoryTimerStore;

beforeEach(() => {
  [alerts, groups, timers] = [new MemoryAlertStore(), new MemoryGroupStore(), new MemoryTimerStore()];
});

/** Writes transitions of alerts, as evaluations do that are ahead of who tells of them. */
async function write(...transitions: readonly AlertState[]): Promise<void> {
  for (const state of transitions) {
    const prior = (await alerts.read('slow', state.key)) ?? nothingKept('slow', state.key);
    await alerts.write(withTransitions(prior, [state]), [state]);
  }
}

/** Tells of transitions once event time is at a minute; says what is told. */
async function tell(minute: number, ...transitions: readonly AlertState[]): Promise<string[]> {
  const before = groups.stream.length;
  const [silences, acknowledgements] = [new MemorySilenceStore(), new MemoryAcknowledgementStore()];
  const dispatching = { groups, silences, acknowledgements, now: () => T0 };
  const context = { pipeline: { ...pipeline, alerts: [rule] }, alerts, timers, dispatching };
  await tellGroup(context, { rule, group: '', transitions }, minutes(minute));
  return groups.stream.slice(before).map(textOf);
}

describe('tellGroup', () => {
  it('goes on to the watermark with what it tells of', async () => {
    const [fired] = transitionsOf([[1, 'a', 'warning']]);
    if (fired === undefined) throw new Error('there is no transition');
    await write(fired);

    expect(await tell(6, fired)).toEqual([
      '1 firing warning: a firing (1 firing, 0 resolved)',
      '3 renotified warning: a goes on (1 firing, 0 resolved)',
      '5 renotified warning: a goes on (1 firing, 0 resolved)',
    ]);
    expect([...timers.timers.values()].map(({ due }) => due)).toContain(minutes(7));
  });

  it('leaves to its timer what a backlog may have more to say of', async () => {
    const [fired] = transitionsOf([[1, 'a', 'warning']]);
    if (fired === undefined) throw new Error('there is no transition');
    await write(fired);

    expect(await tell(7, fired)).toEqual(['1 firing warning: a firing (1 firing, 0 resolved)']);
    expect([...timers.timers.values()]).toMatchObject([{ job: '#group|slow', key: '', due: minutes(3) }]);
  });

  it('does not say that an alert goes on firing when it is told late that it has resolved', async () => {
    const [fired, other, resolved] = transitionsOf([
      [1, 'a', 'warning'],
      [2, 'b', 'warning'],
      [4, 'a', 'resolved'],
    ]);
    if (fired === undefined || other === undefined || resolved === undefined)
      throw new Error('there are too few transitions');
    await write(fired, other, resolved);

    expect(await tell(9, fired)).toEqual(['1 firing warning: a firing (1 firing, 0 resolved)']);
    expect(await tell(9, other)).toEqual(['2 firing warning: b firing (2 firing, 0 resolved)']);
    // In order, and up to the watermark with what goes on.
    expect(await tell(9, resolved)).toEqual([
      '4 updated warning: a resolved (1 firing, 1 resolved)',
      '4 renotified warning: b goes on (1 firing, 0 resolved)',
      '6 renotified warning: b goes on (1 firing, 0 resolved)',
      '8 renotified warning: b goes on (1 firing, 0 resolved)',
    ]);
    expect(await tell(9, fired, resolved)).toEqual([]);
  });
});
