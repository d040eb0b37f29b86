import type { Snapshot } from '../protocol.ts';
import { element, setAttributes, setText } from './dom.ts';
import { duration, eventTime, perSecond, whole } from './format.ts';
import type { View } from './view.ts';

/** The figures of a snapshot that come first. */
export interface Figures {
  readonly recordsPerSecond: number;
  readonly eventTime: number | undefined;
  readonly iteratorAgeMs: number;
  readonly firing: number;
  readonly aside: number;
  readonly failedBatches: number;
}

/** Sums up a snapshot. */
export function figuresOf({ playback, mappings, alerts, asideCounts }: Snapshot): Figures {
  const shards = mappings.flatMap(({ shards }) => shards);
  return {
    recordsPerSecond: (mappings[0]?.shards ?? []).reduce((sum, shard) => sum + shard.recordsPerSecond, 0),
    eventTime: playback.eventTime,
    iteratorAgeMs: shards.reduce((most, { iteratorAgeMs }) => Math.max(most, iteratorAgeMs), 0),
    firing: alerts.filter(({ state }) => state === 'firing').length,
    aside: asideCounts.refused + asideCounts.late,
    failedBatches: shards.reduce((sum, { batchesFailed }) => sum + batchesFailed, 0),
  };
}

/** The figures, each in a tile. */
export function createTiles(root: HTMLElement): View {
  const list = element('dl');
  const tile = (label: string, title: string): HTMLElement => {
    const value = element('dd', { text: '–' });
    list.append(
      element('div', { class: 'tile', attributes: { title } }, element('dt', { text: label }), value),
    );
    return value;
  };
  const records = tile('Records', 'Records that the first function deals with in a second');
  const time = tile('Event time', 'Of the youngest event that was put, in UTC');
  const age = tile(
    'Iterator age, max',
    'How long ago the last record read was put: of the shard that is most behind',
  );
  const firing = tile('Alerts firing', 'Alerts that have not resolved');
  const aside = tile('Set aside', 'Records that were refused, or came too late');
  const failed = tile('Failed batches', 'Batches that Lambda had to try again or gave up');
  root.append(list);
  return {
    update: (snapshot) => {
      const figures = figuresOf(snapshot);
      setText(records, perSecond(figures.recordsPerSecond));
      setText(time, eventTime(figures.eventTime));
      setText(age, duration(figures.iteratorAgeMs));
      setText(firing, whole(figures.firing));
      setText(aside, whole(figures.aside));
      setText(failed, whole(figures.failedBatches));
      setAttributes(firing, { 'data-tone': figures.firing > 0 ? 'bad' : undefined });
      setAttributes(aside, { 'data-tone': figures.aside > 0 ? 'warn' : undefined });
      setAttributes(failed, { 'data-tone': figures.failedBatches > 0 ? 'warn' : undefined });
    },
  };
}
