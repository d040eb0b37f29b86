import { createHash } from 'node:crypto';
import type { Chance } from '../simulation/chance.ts';
import { kplBytes } from '../support/kinesis.ts';

/** A departure that fits pipeline.ts. */
export interface Flight {
  /** In ms. */
  readonly at: number;
  readonly origin: string;
  readonly destination: string;
  readonly delay: number;
  readonly distance: number;
}

/** What is true of one user record: the event, or why it can never be one. */
export type Content = Flight | { readonly refused: string };

/** A Kinesis record. */
export interface Put {
  readonly partitionKey: string;
  readonly bytes: Buffer;
  readonly contents: readonly Content[];
  readonly isAggregated: boolean;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const AIRPORTS = ['ATL', 'DFW', 'LAX', 'ORD', 'PHX', 'SFO'];
// Event time runs ahead of the clock, so that panes fill, close and are judged within minutes: six hours short of midnight,
// for panes of a day to change while it runs.
const START = Date.parse('2001-06-14T18:00:00Z');
const TIMES_FASTER = 300;

/** Departures whose time goes on with their number, out of order, with stragglers and with records that are none. */
export class Flights {
  readonly #chance: Chance;
  readonly #stepMs: number;
  #next = 0;

  constructor(chance: Chance, recordsPerSecond: number) {
    this.#chance = chance;
    this.#stepMs = (TIMES_FASTER * SECOND) / recordsPerSecond;
  }

  next(): Put {
    const chance = this.#chance;
    const isAggregated = chance.next('kpl') < 0.1;
    const contents = Array.from({ length: isAggregated ? chance.int('user records', 1, 5) : 1 }, () =>
      this.#content(),
    );
    const payloads = contents.map(payloadOf);
    return {
      partitionKey: `p${chance.int('partition', 0, 999)}`,
      bytes: isAggregated ? kplBytes(payloads) : payloads[0]!,
      contents,
      isAggregated,
    };
  }

  #content(): Content {
    const chance = this.#chance;
    const time = START + Math.floor(this.#next++ * this.#stepMs);
    const kind = chance.next('kind');
    if (kind < 0.01) return { refused: 'not-json' };
    if (kind < 0.02) return { refused: 'wrong-schema' };
    if (kind < 0.03) return { refused: 'too-far-ahead' };
    const isStraggler = chance.next('straggler') < 0.05;
    const at = time - chance.int('behind', 0, isStraggler ? 2 * HOUR : 40 * SECOND);
    const from = chance.int('origin', 0, AIRPORTS.length - 1);
    const to = chance.int('destination', 1, AIRPORTS.length - 1);
    // Whole numbers, whose sums are exact in any order, for an account that adds plainly. Each airport is congested for
    // an hour and a half of every three.
    const isCongested = ((at / HOUR + from) / 1.5) % 2 < 1;
    return {
      at,
      origin: AIRPORTS[from]!,
      destination: AIRPORTS[(from + to) % AIRPORTS.length]!,
      delay: chance.int('delay', -10, 60) + (isCongested ? 40 : 0),
      distance: chance.int('distance', 100, 3_000),
    };
  }
}

/** Names a record's bytes. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('base64');
}

function payloadOf(content: Content): Buffer {
  if (!('refused' in content)) {
    const { at, ...flight } = content;
    return Buffer.from(JSON.stringify({ time: new Date(at).toISOString(), ...flight }));
  }
  switch (content.refused) {
    case 'not-json':
      return Buffer.from('{"time":"2001-06-14T');
    case 'wrong-schema':
      return Buffer.from('{"time":"2001-06-14T19:00:00Z","origin":"ATL"}');
    default:
      return Buffer.from(
        '{"time":"2099-01-01T00:00:00Z","origin":"ATL","destination":"ORD","delay":1,"distance":1}',
      );
  }
}
