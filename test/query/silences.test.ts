import { beforeEach, describe, expect, it } from 'vitest';
import { createQueryApp } from '../../lib/query/app.ts';
import { alertRecord, alertState } from '../support/alert-state.ts';
import { minutes } from '../support/pipeline.ts';
import { memoryContext } from './setup.ts';
import { shop } from './shop.ts';

let context: ReturnType<typeof memoryContext>;
let app: ReturnType<typeof createQueryApp>;
let now: number;
beforeEach(() => {
  now = minutes(60);
  context = memoryContext(shop);
  app = createQueryApp({ ...context, now: () => now });
});

async function call(
  method: string,
  path: string,
  body?: unknown,
  env?: object,
): Promise<{ readonly status: number; readonly body: unknown; readonly location: string | null }> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await app.request(path, { method, ...sent }, env);
  return {
    status: response.status,
    body: await response.json(),
    location: response.headers.get('location'),
  };
}

const wanted = { matchers: ['page=a'], for: '2h', author: 'ann', comment: 'moving' };
const silence = (over: object = {}) => call('POST', '/silences', { ...wanted, ...over });

describe('POST /silences', () => {
  it('begins now, and lasts as long as is said', async () => {
    expect(await silence()).toEqual({
      status: 201,
      location: '/silences/silence-1',
      body: {
        id: 'silence-1',
        state: 'active',
        matchers: [{ label: 'page', operator: '=', value: 'a' }],
        start: '2024-01-01T01:00:00.000Z',
        end: '2024-01-01T03:00:00.000Z',
        author: 'ann',
        comment: 'moving',
        created: '2024-01-01T01:00:00.000Z',
      },
    });
    expect([...context.silences.silences.values()]).toMatchObject([
      { id: 'silence-1', start: minutes(60), end: minutes(180) },
    ]);
  });

  it.each([
    [{ start: '2024-01-02T00:00:00Z' }, 'pending', '2024-01-02T00:00:00.000Z', '2024-01-02T02:00:00.000Z'],
    [{ start: '2024-01-01T00:30:00Z' }, 'active', '2024-01-01T00:30:00.000Z', '2024-01-01T02:30:00.000Z'],
    [
      { for: undefined, end: '2024-01-01T09:00:00+01:00' },
      'active',
      '2024-01-01T01:00:00.000Z',
      '2024-01-01T08:00:00.000Z',
    ],
  ])('takes %j', async (over, state, start, end) => {
    expect((await silence(over)).body).toMatchObject({ state, start, end });
  });

  it('takes matchers as people write them, and as objects', async () => {
    const matchers = [
      'team = web',
      'page=~a.*|b',
      'user!=',
      { label: 'alert', value: 'slow' },
      { label: 'severity', operator: '!=', value: 'info' },
    ];

    expect((await silence({ matchers })).body).toMatchObject({
      matchers: [
        { label: 'team', operator: '=', value: 'web' },
        { label: 'page', operator: '=~', value: 'a.*|b' },
        { label: 'user', operator: '!=', value: '' },
        { label: 'alert', operator: '=', value: 'slow' },
        { label: 'severity', operator: '!=', value: 'info' },
      ],
    });
  });

  it('takes who has signed for the author, if it names none', async () => {
    const userArn = 'arn:aws:iam::123456789012:user/ann';
    const env = { requestContext: { authorizer: { iam: { userArn } } } };

    const { body } = await call('POST', '/silences', { ...wanted, author: undefined }, env);

    expect(body).toMatchObject({ author: userArn });
  });

  it.each([
    ['without matchers', { matchers: undefined }, "the silence has no 'matchers'"],
    ['of no matchers', { matchers: [] }, "the silence has no 'matchers'"],
    ['of too many matchers', { matchers: Array(21).fill('page=a') }, 'more than 20 matchers'],
    ['of a text that is no matcher', { matchers: ['page'] }, "matchers[0] is 'page', which is no matcher"],
    ['of a number', { matchers: [7] }, 'matchers[0] is not a JSON object'],
    [
      'of a misspelt matcher',
      { matchers: [{ lable: 'page', value: 'a' }] },
      "matchers[0] has an unknown field 'lable'; did you mean label?",
    ],
    ['of half a matcher', { matchers: [{ label: 'page' }] }, "matchers[0] needs a 'label' and a 'value'"],
    [
      'of another operator',
      { matchers: [{ label: 'page', operator: '>', value: 'a' }] },
      "matchers[0] has an unknown 'operator'; take one of = != =~ !~",
    ],
    ['of a pattern that is none', { matchers: ['page=~a('] }, 'the matcher of \'page\' has "a("'],
    ['of a value too long', { matchers: [`page=${'a'.repeat(251)}`] }, 'more than 250 characters'],
    [
      'of a label that nothing has',
      { matchers: ['page=a', 'host=b'] },
      "no alert of the pipeline has a label 'host'; known are alert, severity, page, user, team",
    ],
    [
      'of an alert that is not there',
      { matchers: ['alert=slwo'] },
      'no alert of the pipeline can match alert=slwo; its alerts are slow, down',
    ],
    ['that matches no one alert', { matchers: ['alert=down', 'team=web'] }, 'can match alert=down team=web'],
    ['of a severity that no such alert has', { matchers: ['alert=down', 'severity=critical'] }, 'can match'],
    ['without an end', { for: undefined }, "the silence has no end; give 'for', such as '2h'"],
    ['with two ends', { end: '2024-01-02T00:00:00Z' }, "the silence has both 'for' and 'end'"],
    ['that ends before it starts', { for: undefined, end: '2024-01-01T00:59:59Z' }, 'ends before it starts'],
    ['that is over', { start: '2023-01-01T00:00:00Z' }, 'the silence is over already'],
    ['that never ends', { for: '9999999d' }, 'the silence ends beyond the year 9999'],
    ['of a length that is none', { for: 'long' }, "the field 'for': 'long' is not a duration"],
    ['of a number of hours', { for: 2 }, "the field 'for' is not a text"],
    ['from a time that is none', { start: 'now' }, "the field 'start' 'now' is not ISO 8601"],
    ['from a number', { start: 0 }, "the field 'start' is not a text"],
    ['without a reason', { comment: ' ' }, "the field 'comment' is missing"],
    ['of nobody', { author: '' }, "the field 'author' is missing"],
    ['with an unknown field', { until: 'x' }, "the silence has an unknown field 'until'"],
  ])('refuses one %s', async (_what, over, detail) => {
    expect(await silence(over)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining(detail) as unknown },
    });
    expect(context.silences.silences.size).toBe(0);
  });

  it('knows the labels of alerts that have others than the matchers’', async () => {
    // A label that an alert has not is empty.
    expect(await silence({ matchers: ['team!=web'] })).toMatchObject({ status: 201 });
  });
});

describe('GET /silences', () => {
  it('lists those that are active, pending, or ended within a day', async () => {
    await silence({ for: '1h' });
    await silence({ start: '2024-01-03T00:00:00Z' });
    await silence({ for: '30m' });
    const states = async (asked = '') => {
      const { body } = await call('GET', `/silences${asked}`);
      return (body as { silences: { id: string; state: string }[] }).silences.map(
        ({ id, state }) => `${id} ${state}`,
      );
    };
    now = minutes(100);

    expect(await states()).toEqual(['silence-1 active', 'silence-3 expired', 'silence-2 pending']);
    expect(await states('?state=expired')).toEqual(['silence-3 expired']);
    now = minutes(90 + 24 * 60);
    expect(await states()).toEqual(['silence-1 expired', 'silence-2 pending']);
  });

  it.each([
    ['state=over', "the parameter 'state' is 'over'; give active, pending, expired or nothing"],
    ['id=1', "unknown parameter 'id'; known are state"],
  ])('refuses %s', async (asked, detail) => {
    expect(await call('GET', `/silences?${asked}`)).toMatchObject({ status: 400, body: { detail } });
  });
});

describe('DELETE /silences/{id}', () => {
  it('ends one now, keeps it, and does so once', async () => {
    await silence();
    now = minutes(75);

    const ended = await call('DELETE', '/silences/silence-1');

    expect(ended).toMatchObject({
      status: 200,
      body: { state: 'expired', start: '2024-01-01T01:00:00.000Z', end: '2024-01-01T01:15:00.000Z' },
    });
    now = minutes(80);
    expect(await call('DELETE', '/silences/silence-1')).toEqual(ended);
    expect(await call('GET', '/silences')).toMatchObject({ body: { silences: [ended.body] } });
  });

  it('ends one that has not begun', async () => {
    await silence({ start: '2024-01-03T00:00:00Z' });

    expect((await call('DELETE', '/silences/silence-1')).body).toMatchObject({
      state: 'expired',
      start: '2024-01-01T01:00:00.000Z',
      end: '2024-01-01T01:00:00.000Z',
    });
  });

  it('has the groups looked at that it kept from being told of, and no others', async () => {
    const times = { windowStart: minutes(9), at: minutes(10), since: minutes(10) };
    for (const [key, status] of [
      ['a|x', 'firing'],
      ['a|y', 'recovering'],
      ['b|x', 'firing'],
      ['c|x', 'resolved'],
    ] as const) {
      const state = alertState({ alert: 'slow', key, status, ...times });
      await context.alerts.write(alertRecord(state), [state]);
    }
    await silence({ matchers: ['alert=slow', 'page=~a|c'] });

    await call('DELETE', '/silences/silence-1');

    expect([...context.timers.timers.values()]).toMatchObject([
      { job: '#group|slow', key: 'a', due: minutes(9) },
    ]);
  });

  it('refuses one that is not there', async () => {
    expect(await call('DELETE', '/silences/gone')).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining("there is no silence 'gone'") as unknown },
    });
  });
});
