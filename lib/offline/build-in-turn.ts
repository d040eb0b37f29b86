/** serverless-esbuild, as far as it is looked into. */
interface EsbuildPlugin {
  /** Builds every function; rejects with the first that fails, while others are still built. */
  bundle: () => Promise<void>;
  /** By entry; each context builds on and on. */
  readonly buildCache: Readonly<Record<string, { readonly context?: BuildContext }>>;
}

interface BuildContext {
  rebuild: () => Promise<unknown>;
}

/**
 * Has serverless-esbuild, if it is there, build one change after another. It begins a build with each change of a file, and esbuild
 * joins a build that is under way, which may have read the file before it changed: with nothing to follow, old code would stay.
 * So a build begins when all of the one before is over, and stands for all changes that came meanwhile.
 *
 * @param plugins of the framework, once they have built for the first time
 * @param onBuilt called after a build that did not fail; the next one begins when it has resolved
 * @returns whether it is there
 */
export function buildInTurn(plugins: readonly unknown[], onBuilt: () => Promise<void>): boolean {
  const plugin = plugins.find(isEsbuildPlugin);
  if (plugin === undefined) return false;
  const bundle = plugin.bundle.bind(plugin);
  const underWay = followContexts(plugin);
  let last: Promise<unknown> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  plugin.bundle = () => {
    waiting ??= last.then(async () => {
      waiting = undefined;
      try {
        await bundle();
      } finally {
        await Promise.allSettled(underWay);
      }
      await onBuilt();
    });
    last = waiting.catch(() => undefined);
    return waiting;
  };
  return true;
}

/** @returns the builds of single functions that are not over */
function followContexts({ buildCache }: EsbuildPlugin): ReadonlySet<Promise<unknown>> {
  const underWay = new Set<Promise<unknown>>();
  for (const { context } of Object.values(buildCache)) {
    if (context === undefined) continue;
    const rebuild = context.rebuild.bind(context);
    context.rebuild = () => {
      const build = rebuild();
      underWay.add(build);
      const over = (): unknown => underWay.delete(build);
      build.then(over, over);
      return build;
    };
  }
  return underWay;
}

function isEsbuildPlugin(plugin: unknown): plugin is EsbuildPlugin {
  return (
    typeof plugin === 'object' &&
    plugin !== null &&
    plugin.constructor.name === 'EsbuildServerlessPlugin' &&
    'bundle' in plugin &&
    typeof plugin.bundle === 'function' &&
    'buildCache' in plugin &&
    typeof plugin.buildCache === 'object'
  );
}
