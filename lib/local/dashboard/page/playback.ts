import type { Playback, PlaybackChange } from '../protocol.ts';
import { element, setAttributes, setText } from './dom.ts';
import { eventTime, speedLabel, whole } from './format.ts';
import { progressOf } from './playback-progress.ts';
import type { View } from './view.ts';

/** Speeds to choose from, by the keys 1 to 5. */
export const SPEEDS: readonly (number | 'max')[] = [1, 10, 60, 600, 'max'];

/** The playback bar can be told from the keyboard too. */
export interface PlaybackView extends View {
  readonly togglePlay: () => void;
  readonly setSpeed: (speed: number | 'max') => void;
}

/**
 * Play and pause, speed, and how far the recording has come.
 *
 * @param change asks the server; what it rejects with is shown by `fail`
 */
export function createPlayback(
  root: HTMLElement,
  change: (change: PlaybackChange) => Promise<Playback>,
  fail: (error: unknown) => void,
): PlaybackView {
  let now: Playback | undefined;
  const request = (wanted: PlaybackChange): void => {
    change(wanted).then(show, fail);
  };
  const togglePlay = (): void => {
    if (now !== undefined && now.state !== 'done') request({ play: now.state === 'paused' });
  };
  const play = element('button', {
    class: 'play',
    text: 'Pause',
    attributes: { type: 'button', 'aria-keyshortcuts': 'Space', title: 'Play or pause (space)' },
    onClick: togglePlay,
  });
  const speeds = SPEEDS.map((speed, index) =>
    element('button', {
      text: speedLabel(speed),
      attributes: {
        type: 'button',
        'aria-pressed': 'false',
        'aria-keyshortcuts': String(index + 1),
        title: `Speed ${speedLabel(speed)} (${index + 1})`,
      },
      onClick: () => {
        request({ speed });
      },
    }),
  );
  const other = element('span', { class: 'other-speed' });
  const fill = element('div', { class: 'fill' });
  const bar = element(
    'div',
    {
      class: 'progress',
      attributes: {
        role: 'progressbar',
        'aria-label': 'Progress in event time',
        'aria-valuemin': '0',
        'aria-valuemax': '100',
      },
    },
    fill,
  );
  const [from, at, to, put] = [
    element('span'),
    element('output', { class: 'at' }),
    element('span'),
    element('span', { class: 'put' }),
  ];
  root.append(
    play,
    element(
      'div',
      { class: 'segments', attributes: { role: 'group', 'aria-label': 'Speed' } },
      ...speeds,
      other,
    ),
    element('div', { class: 'timeline' }, element('div', { class: 'timeline-labels' }, from, at, to), bar),
    put,
  );

  function show(playback: Playback): void {
    now = playback;
    setText(play, playback.state === 'playing' ? 'Pause' : 'Play');
    play.disabled = playback.state === 'done';
    for (const [index, button] of speeds.entries())
      setAttributes(button, { 'aria-pressed': String(SPEEDS[index] === playback.speed) });
    setText(other, SPEEDS.includes(playback.speed) ? '' : speedLabel(playback.speed));
    const share = progressOf(playback);
    fill.style.transform = `scaleX(${share})`;
    setAttributes(bar, {
      'aria-valuenow': String(Math.round(share * 100)),
      'aria-valuetext': `${eventTime(playback.eventTime)}, ${Math.round(share * 100)} %`,
    });
    setText(from, eventTime(playback.from));
    setText(at, `${eventTime(playback.eventTime)} UTC`);
    setText(to, eventTime(playback.to));
    const pass = playback.loop ? ` · pass ${playback.passes + 1}` : '';
    setText(put, `${whole(playback.put)} of ${whole(playback.total)}${pass}`);
  }

  return {
    togglePlay,
    setSpeed: (speed) => {
      request({ speed });
    },
    update: ({ playback }) => {
      show(playback);
    },
  };
}
