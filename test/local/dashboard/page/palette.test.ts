import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

const css = await readFile(
  new URL('../../../../lib/local/dashboard/page/style/palette.css', import.meta.url),
  'utf8',
);
const palettes = css.split(/(?=:root)/).flatMap((block) => {
  const colours = new Map(
    [...block.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  );
  return colours.size === 0 ? [] : [colours];
});
const [light, dark, bySystem] = palettes;

/** Text, the ground it stands on, and the least contrast: https://www.w3.org/TR/WCAG22/#contrast-minimum */
const TEXT: readonly (readonly [string, string])[] = [
  ...['ground', 'surface', 'raised', 'accent-soft'].map((ground) => ['text', ground] as const),
  ...['ground', 'surface', 'raised', 'accent-soft', 'bad-soft'].map((ground) => ['muted', ground] as const),
  ...['good', 'warn', 'bad', 'accent'].flatMap(
    (tone) =>
      [
        [tone, 'surface'],
        [tone, `${tone}-soft`],
      ] as const,
  ),
  ['on-accent', 'accent'],
];
/** Lines and borders that say something: https://www.w3.org/TR/WCAG22/#non-text-contrast */
const GRAPHICS = ['control', ...Array.from({ length: 6 }, (_, i) => `series-${i + 1}`)];

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s palette', (_, colours) => {
  test.each(TEXT)('%s can be read on %s', (text, ground) => {
    expect(contrast(colours!.get(text)!, colours!.get(ground)!)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(GRAPHICS)('%s can be seen', (name) => {
    expect(contrast(colours!.get(name)!, colours!.get('surface')!)).toBeGreaterThanOrEqual(3);
  });
});

test('dark is the same, chosen or by the system', () => {
  expect(bySystem).toEqual(dark);
});

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
