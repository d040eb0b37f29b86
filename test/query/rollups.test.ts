import { expect, it } from 'vitest';
import { emptyPane, mergeAccs } from '../../lib/fold/pane.ts';
import { accsOf, day, tiered, views } from '../rollup/setup.ts';
import { MemoryPaneReader } from '../support/memory-alerts.ts';
import { minutes } from '../support/pipeline.ts';
import { memoryApp } from './setup.ts';

const panes = new MemoryPaneReader();
panes.watermark = minutes(30);
const app = memoryApp(tiered, { panes });

async function get(path: string): Promise<unknown> {
  return (await app.request(path)).json();
}

it('lists the tiers with their retention', async () => {
  expect(await get('/aggregates')).toMatchObject({
    aggregates: [
      {
        name: 'views',
        pane: '1m',
        retain: '30d',
        rollups: [
          { pane: '1h', retain: '300d' },
          { pane: '1d', retain: '3650d' },
        ],
      },
    ],
  });
});

it('reads ten years where the resolution is a tier’s, and says what can be read at others', async () => {
  const pane = emptyPane(views, 'home', Date.UTC(2015, 5, 1), '1');
  mergeAccs(views, pane.accs, accsOf(1, 2));
  panes.putTier(day, pane);
  const path = '/aggregates/views?page=home&from=2014-01-01T00:00:00Z&to=2024-01-01T00:00:00Z';

  expect(await get(`${path}&resolution=1d`)).toMatchObject({
    panes: [{ start: '2015-06-01T00:00:00.000Z', final: true, measures: { n: 2, ms: 3 } }],
  });
  expect(await get(`${path}&resolution=1h`)).toMatchObject({
    status: 400,
    detail: 'the range holds more than 10000 panes of 1h; ask for 10000h at most',
  });
});
