import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AlertState } from '../../lib/alerts/state.ts';
import type { EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { DynamoAlertStore } from '../../lib/store/dynamo-alert-store.ts';
import { DynamoHistoryStore } from '../../lib/store/dynamo-history-store.ts';
import { DynamoTimerStore } from '../../lib/store/dynamo-timer-store.ts';
import { alertRecord, alertState } from '../support/alert-state.ts';
import { noticeOf } from '../support/notice.ts';
import { minutes } from '../support/pipeline.ts';
import { createStage, startAws, type TestStage } from '../support/stage.ts';
import { weir, type Ran } from '../support/weir.ts';

const PIPELINE = fileURLToPath(new URL('shop.ts', import.meta.url));

let aws: EmbeddedAws;
let stage: TestStage;
let stages = 0;
beforeAll(async () => {
  aws = await startAws();
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});
beforeEach(async () => {
  stage = await createStage(aws, `weir-alerts${stages++}`);
});

/** Runs `weir …` for the stage of the test. */
function ask(...args: readonly string[]): Promise<Ran> {
  const stageArgs = args.includes('--stage') ? [] : ['--stage', stage.name.slice('weir-'.length)];
  return weir(...args, '--pipeline', PIPELINE, ...stageArgs);
}

async function json(...args: readonly string[]): Promise<unknown> {
  const { status, out, err } = await ask(...args, '--format', 'json');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out);
}

async function put(over: Partial<AlertState>): Promise<AlertState> {
  const times = { at: minutes(1), since: minutes(1), windowStart: minutes(0) };
  const state = alertState({ alert: 'slow', key: 'a|x', ...times, shown: 120, value: { n: 3 }, ...over });
  const store = new DynamoAlertStore({ client: aws.clients.dynamodb, table: stage.tables.alerts });
  await store.write(alertRecord(state), [state]);
  return state;
}

describe('weir alerts', () => {
  beforeEach(async () => {
    await put({});
    await put({ key: 'b|x', status: 'resolved' });
    await put({ alert: 'down', key: 'a', severity: 'warning', shown: null });
  });

  it('shows a table of all alerts', async () => {
    const { status, out } = await ask('alerts');

    expect(status).toBe(0);
    expect(out).toMatch(/slow .* page=a user=x .* firing .* critical .* 120 ms \(>= 100\)/);
    expect(out).toMatch(/slow .* page=b user=x .* resolved/);
    expect(out).toMatch(/down .* page=a .* firing .* warning .* n 3/);
  });

  it.each([
    [['--open'], ['slow|a|x|1', 'down|a|1']],
    [
      ['list', '--alert', 'slow'],
      ['slow|a|x|1', 'slow|b|x|1'],
    ],
    [['page=a'], ['slow|a|x|1', 'down|a|1']],
    [['list', 'page=a', 'user=x'], ['slow|a|x|1']],
    [['--open', 'page=b'], []],
  ])('chooses by %j', async (args, ids) => {
    expect(await json('alerts', ...args)).toMatchObject(ids.map((id) => ({ id })));
  });

  it('says that there is none', async () => {
    expect((await ask('alerts', 'page=z')).out).toBe('there are no alerts\n');
    expect((await ask('alerts', '--open', 'page=z')).out).toBe('no alert is open\n');
  });

  it.each([
    [['page'], '"page" is no value of a dimension; write dimension=value, such as origin=ATL'],
    [['page=a', 'page=b'], 'page is given twice'],
    [['host=a'], "unknown parameter 'host'; known are alert, state, limit, after, page, user"],
    [['--alert', 'gone'], "there is no alert 'gone'; there are slow, down"],
    [['--region', 'us east'], '--region is "us east": it must be a region'],
    [['--stage', 'nowhere'], 'there is no table weir-nowhere-alerts or weir-nowhere-timers in us-east-1'],
  ])('says what is wrong with %j', async (args, problem) => {
    expect(await ask('alerts', ...args)).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringContaining(`weir: ${problem}`) as unknown,
    });
  });

  it('takes the names of tables', async () => {
    const tables = ['--alerts-table', stage.tables.alerts, '--timers-table', stage.tables.timers];

    expect(await json('alerts', '--stage', 'nowhere', ...tables)).toHaveLength(3);
  });

  it('does not understand what it does not know', async () => {
    expect(await ask('alerts', '--format', 'xml')).toMatchObject({ status: 2 });
    expect(await ask('alerts', 'history')).toMatchObject({ status: 2 });
    expect(await ask('silence', 'end')).toMatchObject({ status: 2 });
  });
});

describe('weir alerts ack', () => {
  it('notes who takes care of an alert, by default whoever asks', async () => {
    await put({});

    const { status, out } = await ask('alerts', 'ack', 'slow', 'page=a', 'user=x', '--comment', 'on it');

    expect({ status, out }).toEqual({
      status: 0,
      out: expect.stringMatching(
        new RegExp(
          `^acknowledged  slow page=a user=x, firing since 2024-01-01T00:01:00.000Z, by ${userInfo().username} at `,
        ),
      ) as unknown,
    });
    expect(await json('alerts')).toMatchObject([{ acknowledged: { comment: 'on it' } }]);
    expect((await ask('alerts')).out).toContain(`acknowledged by ${userInfo().username}`);
    expect((await ask('alerts', 'history', 'slow')).out).toMatch(/acknowledged .* page=a user=x .*: on it/);
  });

  it('takes another name', async () => {
    await put({});

    const { out } = await ask('alerts', 'ack', 'slow', 'page=a', 'user=x', '--author', 'ann');

    expect(out).toContain(' by ann at ');
  });

  it('says that an alert is not firing', async () => {
    await put({ status: 'resolved' });

    expect(await ask('alerts', 'ack', 'slow', 'page=a', 'user=x')).toMatchObject({
      status: 1,
      err: 'weir: slow page=a user=x is resolved since 2024-01-01T00:01:00.000Z; only an alert that is firing can be acknowledged\n',
    });
    expect(await ask('alerts', 'ack', 'slow', 'page=a')).toMatchObject({
      status: 1,
      err: expect.stringContaining("the key has no text for 'user'") as unknown,
    });
  });
});

describe('weir alerts history', () => {
  beforeEach(async () => {
    const state = await put({});
    const notice = noticeOf({ alert: 'slow', group: 'a', at: minutes(1), since: minutes(1) });
    const store = new DynamoHistoryStore({
      client: aws.clients.dynamodb,
      table: stage.tables.alerts,
      now: Date.now,
    });
    const over = { ...state, status: 'resolved', at: minutes(5), version: 2 } as const;
    await store.add([
      { type: 'transition', at: state.at, state },
      { type: 'notice', at: notice.at, notice: { ...notice, members: [{ state, news: 'firing' }] } },
      { type: 'transition', at: over.at, state: over },
    ]);
  });

  it('shows what has happened, latest first', async () => {
    const { status, out } = await ask('alerts', 'history', 'slow', 'page=a');

    expect(status).toBe(0);
    expect(out).toMatch(/00:05:00.000Z .* resolved [^]*00:01:00.000Z .* firing /);
    expect(out).toMatch(/told: firing .* page=a .* 1 firing, 0 resolved/);
    expect(out).not.toContain('there is more');
  });

  it('chooses by time, and says that there is more', async () => {
    expect(
      await json('alerts', 'history', 'slow', '--from', '2024-01-01T00:02:00Z', '--to', '2024-01-02'),
    ).toMatchObject([{ type: 'transition', state: 'resolved' }]);
    expect((await ask('alerts', 'history', 'slow', '--limit', '1')).out).toContain(
      'there is more: give --to 2024-01-01T00:05:00.001Z, or a greater --limit',
    );
  });

  it('says what is wrong', async () => {
    expect(await ask('alerts', 'history', 'slow', '--from', 'yesterday')).toMatchObject({
      status: 1,
      err: expect.stringContaining("weir: the parameter 'from' 'yesterday' is not ISO 8601") as unknown,
    });
    expect((await ask('alerts', 'history', 'down')).out).toBe('nothing is known to have happened to down\n');
  });
});

describe('weir silence', () => {
  it('makes one, lists it and ends it', async () => {
    await put({});

    const added = await ask(
      ...['silence', 'add', 'alert=slow', 'page=~a|b', '--for', '2h'],
      ...['--comment', 'moving', '--author', 'ann'],
    );

    const [, id = ''] = /^silenced {2}([0-9a-f]{12}) {2}alert=slow page=~a\|b from \S+ to \S+\n$/.exec(
      added.out,
    )!;
    expect(added.status).toBe(0);
    expect(await json('silence', 'list')).toMatchObject([
      { id, state: 'active', author: 'ann', comment: 'moving' },
    ]);
    expect((await ask('silence', 'list')).out).toMatch(
      new RegExp(`${id} .* active .* alert=slow page=~a\\|b .* ann .* moving`),
    );
    expect((await ask('alerts')).out).toContain('silenced until ');

    expect((await ask('silence', 'end', id)).out).toMatch(new RegExp(`^ended {2}${id} {2}at `));

    expect(await json('silence', 'list')).toMatchObject([{ id, state: 'expired' }]);
    expect((await ask('alerts')).out).not.toContain('silenced');
    const timers = new DynamoTimerStore({ client: aws.clients.dynamodb, table: stage.tables.timers });
    expect(await timers.due(Date.now())).toMatchObject([{ job: '#group|slow', key: 'a' }]);
  });

  it('may begin later, and end at a time', async () => {
    const times = ['--start', '2990-01-01T00:00:00Z', '--until', '2990-01-02T00:00:00Z'];

    await ask('silence', 'add', 'page=a', ...times, '--comment', 'moving');

    expect(await json('silence', 'list')).toMatchObject([
      {
        state: 'pending',
        start: '2990-01-01T00:00:00.000Z',
        end: '2990-01-02T00:00:00.000Z',
        author: userInfo().username,
      },
    ]);
  });

  it('says that nothing is silenced', async () => {
    expect((await ask('silence', 'list')).out).toBe('nothing is silenced\n');
  });

  it.each([
    [['add', 'page=a', '--comment', 'c'], 1, 'give either --for, such as 2h, or --until'],
    [['add', 'page=a', '--comment', 'c', '--for', '1h', '--until', '2990-01-01'], 1, 'give either --for'],
    [['add', 'host=a', '--comment', 'c', '--for', '1h'], 1, "no alert of the pipeline has a label 'host'"],
    [['add', 'page', '--comment', 'c', '--for', '1h'], 1, "matchers[0] is 'page', which is no matcher"],
    [['add', 'page=a', '--for', '1h'], 2, "required option '--comment <text>' not specified"],
    [['add', '--comment', 'c', '--for', '1h'], 2, "missing required argument 'matcher'"],
    [['end', 'gone'], 1, "there is no silence 'gone'"],
  ])('says what is wrong with %j', async (args, status, problem) => {
    expect(await ask('silence', ...args)).toMatchObject({
      status,
      err: expect.stringContaining(problem) as unknown,
    });
  });
});
