import type { Draw } from './draw.ts';
import type { Bid } from './events.ts';

const CHANNELS = ['Apple', 'Google', 'Facebook', 'Baidu'];
const OTHER_CHANNELS = 1_000;
const DIRECTORIES = [
  ['art', 'books', 'music', 'toys'],
  ['new', 'used'],
  ['eu', 'us', 'asia'],
];

/** How a bid came in: half of them by one of four channels, the others mostly with the channel's number in the URL. */
export function bidPath(draw: Draw): Pick<Bid, 'channel' | 'url'> {
  const directories = DIRECTORIES.map((names) => draw.pick(names)).join('/');
  const url = `https://www.nexmark.com/${directories}/item.htm?query=1`;
  if (draw.mostly(2)) return { channel: draw.pick(CHANNELS), url };
  const n = draw.int(OTHER_CHANNELS);
  return { channel: `channel-${n}`, url: draw.mostly(10) ? `${url}&channel_id=${n}` : url };
}
