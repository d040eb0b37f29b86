import type { Alert, Pipeline } from '../pipeline/pipeline.ts';
import type { Timer } from './port.ts';
import type { Turn } from './state.ts';

/** The rules that have an alert among their parts. */
export function compositesOver({ alerts }: Pick<Pipeline, 'alerts'>, { name }: Pick<Alert, 'name'>): Alert[] {
  return alerts.filter(({ of }) => of.some((part) => part.name === name));
}

/** The timers that transitions of an alert of a key set for the rules over it, without duplicates. */
export function timersOver(
  pipeline: Pick<Pipeline, 'alerts'>,
  alert: Pick<Alert, 'name'>,
  key: string,
  turns: readonly Pick<Turn, 'at'>[],
): Timer[] {
  const moments = [...new Set(turns.map(({ at }) => at))];
  return compositesOver(pipeline, alert).flatMap(({ name, delay }) =>
    moments.map((at) => ({ job: name, key, due: at + delay })),
  );
}
