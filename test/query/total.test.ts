import { describe, expect, it } from 'vitest';
import { emptyPane, type Pane } from '../../lib/fold/pane.ts';
import { MemoryPaneReader } from '../support/memory-alerts.ts';
import { minutes } from '../support/pipeline.ts';
import { withTotals } from '../support/total.ts';
import { memoryApp } from './setup.ts';

const panes = new MemoryPaneReader();
const app = memoryApp(withTotals, { panes });

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const response = await app.request(path);
  return { status: response.status, body: await response.json() };
}

function total(index: number, key: string, accs: readonly unknown[]): Pane {
  const aggregate = withTotals.aggregates[index]!;
  return { ...emptyPane(aggregate, key, 0, '1'), accs: [...accs], records: 1 };
}

describe('GET /aggregates/{aggregate} of a running total', () => {
  panes.put(total(1, 'home', [7, 300]), total(2, '', [9]));
  panes.watermark = minutes(3);
  const asked = { aggregate: 'everPage', key: { page: 'home' }, watermark: '2024-01-01T00:03:00.000Z' };

  it('gives the key all of time as one pane, which is never final', async () => {
    expect(await get('/aggregates/everPage?page=home')).toEqual({
      status: 200,
      body: {
        ...asked,
        panes: [{ start: null, end: null, final: false, measures: { n: 7, slowest: 300 } }],
      },
    });
    expect(await get('/aggregates/ever')).toMatchObject({
      body: { key: {}, panes: [{ start: null, measures: { n: 9 } }] },
    });
  });

  it('gives a key that has had no event nothing', async () => {
    expect(await get('/aggregates/everPage?page=cart')).toMatchObject({ status: 200, body: { panes: [] } });
  });

  it.each(['from', 'to', 'resolution'])('refuses %s', async (name) => {
    expect(await get(`/aggregates/everPage?page=home&${name}=1h`)).toMatchObject({
      status: 400,
      body: { detail: `everPage is a running total over all of time; leave '${name}' out` },
    });
  });

  it('refuses what it does not know, and a key without its dimensions', async () => {
    expect(await get('/aggregates/ever?page=home')).toMatchObject({
      status: 400,
      body: { detail: "unknown parameter 'page'; known are none" },
    });
    expect(await get('/aggregates/everPage')).toMatchObject({ status: 400 });
  });

  it('is listed as global', async () => {
    const { body } = (await get('/aggregates')) as { body: { aggregates: Record<string, unknown>[] } };

    expect(body.aggregates.map(({ name, pane, retain }) => [name, pane, retain])).toEqual([
      ['views', '1m', '30d'],
      ['everPage', 'global', '90d'],
      ['ever', 'global', '3650d'],
    ]);
  });
});
