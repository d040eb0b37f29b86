import { expect, test } from 'vitest';
import { buildInTurn } from '../../lib/offline/build-in-turn.ts';

/** Builds two functions as serverless-esbuild does by esbuild: a build that is asked for joins the one that is under way. */
class EsbuildServerlessPlugin {
  source = 'first';
  /** What the functions were last built of. */
  readonly built: string[] = [];
  readonly buildCache = { a: { context: this.#context(0, 1) }, b: { context: this.#context(1, 20) } };

  async bundle(): Promise<void> {
    await Promise.all(Object.values(this.buildCache).map(({ context }) => context.rebuild()));
  }

  #context(index: number, ms: number) {
    let active: Promise<void> | undefined;
    const build = async (): Promise<void> => {
      const read = this.source;
      await new Promise((resolve) => setTimeout(resolve, ms));
      active = undefined;
      if (read === 'broken') throw new Error('broken');
      this.built[index] = read;
    };
    return { rebuild: () => (active ??= build()) };
  }
}

test('a change while functions are built is built after them, once for all that wait', async () => {
  const plugin = new EsbuildServerlessPlugin();
  const seen: string[] = [];
  expect(
    buildInTurn([{}, plugin], () => {
      seen.push(plugin.built.join());
      return Promise.resolve();
    }),
  ).toBe(true);
  const first = plugin.bundle();
  await new Promise((resolve) => setTimeout(resolve, 5));
  plugin.source = 'second';
  const [second, third] = [plugin.bundle(), plugin.bundle()];
  await Promise.all([first, second, third]);
  expect(seen).toEqual(['first,first', 'second,second']);
});

test('a change that mends a build is built after the one that has failed is over', async () => {
  const plugin = new EsbuildServerlessPlugin();
  let builds = 0;
  buildInTurn([plugin], () => {
    builds++;
    return Promise.resolve();
  });
  plugin.source = 'broken';
  await expect(plugin.bundle()).rejects.toThrow('broken');
  plugin.source = 'mended';
  await plugin.bundle();
  expect(plugin.built).toEqual(['mended', 'mended']);
  expect(builds).toBe(1);
});

test('without serverless-esbuild there is nothing to do', () => {
  expect(buildInTurn([{}, null, { bundle: () => undefined }], () => Promise.resolve())).toBe(false);
});
