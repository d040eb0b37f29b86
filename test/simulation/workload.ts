import { kplBytes } from '../support/kinesis.ts';
import type { Chance } from './chance.ts';
import { MINUTE, SECOND } from './pipeline.ts';

/** An event that fits the pipeline. */
export interface Event {
  readonly at: number;
  readonly page: string;
  readonly user: string;
  readonly ms: number;
  readonly bytes?: number;
}

/** What a producer puts: one Kinesis record, of one event or, by the KPL, several. */
export interface Put {
  readonly index: number;
  readonly partitionKey: string;
  readonly bytes: Buffer;
  /** What is true of each user record: the event, or why it can never be one. */
  readonly contents: readonly (Event | { readonly refused: string })[];
  readonly isAggregated: boolean;
  /** Pause before it, ms. */
  readonly pause: number;
}

const USERS = ['ann', 'bob'];
const PAGES = ['home', 'cart', 'news'];

/** What producers put in a run that begins at `start` (ms). Event time wanders on, out of order, with stragglers. */
export function workloadOf(chance: Chance, start: number): Put[] {
  const puts: Put[] = [];
  const records = chance.int('records', 15, 60);
  const pace = chance.pick('pace', [5 * SECOND, 20 * SECOND, 45 * SECOND]);
  // Either much comes at once, as from a file, or event time goes on with the clock.
  const isLive = chance.next('live') < 0.4;
  // In some runs all is in time, so that every judgement can be told from the data alone.
  const stragglers = chance.pick('stragglers', [0, 0.03, 0.1]);
  const disorder = chance.pick('disorder', [5 * SECOND, 15 * SECOND, 30 * SECOND]);
  const hasUploads = chance.next('uploads') < 0.15;
  let time = start;
  for (let index = 0; index < records; index++) {
    const step = chance.int('step', 0, pace);
    time += step;
    const isAggregated = chance.next('kpl') < 0.15;
    const contents = Array.from({ length: isAggregated ? chance.int('user records', 1, 4) : 1 }, () =>
      contentOf(chance, time, { hasUploads, stragglers, disorder }),
    );
    const payloads = contents.map(payloadOf);
    puts.push({
      index,
      partitionKey: `p${chance.int('partition', 0, 5)}`,
      bytes: isAggregated ? kplBytes(payloads) : (payloads[0] ?? Buffer.alloc(0)),
      contents,
      isAggregated,
      pause: isLive ? step : chance.next('burst') < 0.6 ? 0 : chance.int('pause', 0, 6 * SECOND),
    });
  }
  return puts;
}

interface Habits {
  readonly hasUploads: boolean;
  /** Share of events that come much later than they happened. */
  readonly stragglers: number;
  /** How far the others are out of order at most, ms. */
  readonly disorder: number;
}

function contentOf(
  chance: Chance,
  time: number,
  { hasUploads, stragglers, disorder }: Habits,
): Put['contents'][number] {
  const kind = chance.next('kind');
  if (kind < 0.03) return { refused: 'not-json' };
  if (kind < 0.06) return { refused: 'wrong-schema' };
  if (kind < 0.08) return { refused: 'too-far-ahead' };
  const straggles = chance.next('straggler');
  const behind =
    straggles < stragglers ? chance.int('late', 0, 15 * MINUTE) : chance.int('out of order', 0, disorder);
  return {
    at: time - behind,
    page: chance.pick('page', PAGES),
    user: chance.pick('user', USERS),
    // Whole numbers, whose sums are exact in any order, for an oracle that adds plainly.
    ms: chance.next('slow') < 0.4 ? chance.int('much', 500, 2_000) : chance.int('little', 0, 400),
    ...(hasUploads ? { bytes: chance.int('bytes', 10_000, 60_000) } : {}),
  };
}

/** The bytes of a user record. */
export function payloadOf(content: Put['contents'][number]): Buffer {
  if (!('refused' in content)) return Buffer.from(JSON.stringify(content));
  switch (content.refused) {
    case 'not-json':
      return Buffer.from('{"at":');
    case 'wrong-schema':
      return Buffer.from('{"at":"yesterday"}');
    default:
      return Buffer.from(JSON.stringify({ at: Date.UTC(2099, 0, 1), page: 'home', user: 'ann', ms: 1 }));
  }
}
