import type { DispatchContext } from './run-group.ts';
import type { Silence } from './silence.ts';

/** The same, but silences are read once, for all groups of an invocation. */
export function silencesOnce(context: DispatchContext): DispatchContext {
  let all: Promise<Silence[]> | undefined;
  return {
    ...context,
    silences: {
      list: async (time) => {
        all ??= context.silences.list(-Infinity);
        return (await all).filter(({ end }) => end > time);
      },
    },
  };
}
