import { describe, expect, it } from 'vitest';
import { dispatch } from '../../lib/dispatch/dispatch.ts';
import { QuietReader } from '../../lib/dispatch/quiet-reader.ts';
import { alertState } from '../support/alert-state.ts';
import { Telltale, telling } from '../support/dispatch.ts';
import { MemoryAlertStore } from '../support/memory-alerts.ts';
import { MemoryAcknowledgementStore, MemorySilenceStore } from '../support/memory-dispatch.ts';
import { minutes, pipeline } from '../support/pipeline.ts';

const rule = telling({ renotify: 5 });
const MANY = 200;

/** A group of many alerts that have been told of, of which some are acknowledged, and what it takes to decide a minute. */
async function decide(acknowledged: (n: number) => boolean) {
  const acknowledgements = new MemoryAcknowledgementStore();
  let reads = 0;
  const sources = {
    alerts: new MemoryAlertStore(),
    silences: new MemorySilenceStore(),
    acknowledgements,
    now: () => minutes(0),
  };
  const telltale = new Telltale(rule);
  const states = Array.from({ length: MANY }, (_, n) => alertState({ key: `key ${n}`, at: minutes(0) }));
  telltale.until(1, states);
  for (const [n, { key, since }] of states.entries()) {
    const one = { alert: 'slow', key, since, author: 'ann', comment: '', at: 0 };
    if (acknowledged(n)) await acknowledgements.put(one);
  }
  acknowledgements.hook = () => {
    reads++;
  };
  const reader = new QuietReader(sources, { ...pipeline, alerts: [rule] }, rule, minutes(0));
  let rounds = 0;
  let told;
  do {
    rounds++;
    told = dispatch(rule, telltale.group, [], minutes(6), reader.quiet());
  } while (await reader.readAsked());
  return { rounds, reads, kinds: told.notices.map(({ kind }) => kind) };
}

describe('QuietReader', () => {
  it('asks who has acknowledged until it finds somebody who has not', async () => {
    expect(await decide(() => false)).toEqual({ rounds: 2, reads: 1, kinds: ['renotified'] });
  });

  it('asks for all of them at once when the first ones have', async () => {
    const { rounds, reads, kinds } = await decide(() => true);

    expect({ reads, kinds }).toEqual({ reads: MANY, kinds: [] });
    expect(rounds).toBeLessThanOrEqual(4);
  });

  it('finds the only one that has not', async () => {
    const { rounds, kinds } = await decide((n) => n !== 150);

    expect(kinds).toEqual(['renotified']);
    expect(rounds).toBeLessThanOrEqual(4);
  });
});
