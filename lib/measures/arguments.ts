import { checkFunction, checkMeasure } from '../pipeline/check.ts';

// A measure is made before the aggregate that it belongs to, and cannot name its field: the call must do.

/** @throws {PipelineError} if what should take a value out of an event is not a function */
export function checkOf(measure: string, of: unknown): void {
  checkFunction(`first argument of ${measure}()`, of, 'give a function of the event: (event) => event.delay');
}

/** @throws {PipelineError} if what should take the number out of an event that it is ranked by is not a function */
export function checkBy(measure: string, by: unknown): void {
  checkFunction(
    `second argument of ${measure}()`,
    by,
    'give a function of the event: (event) => event.price',
  );
}

/** @throws {PipelineError} if what should tell whether an event counts is not a function */
export function checkWhere(measure: string, where: unknown): void {
  checkFunction(
    `first argument of ${measure}()`,
    where,
    'give a function that tells whether an event counts: (event) => event.delay > 15',
  );
}

/** @throws {PipelineError} if what stands for a part of a measure is not one itself */
export function checkPart(part: string, measure: string, value: unknown): void {
  checkMeasure(`${part} of ${measure}()`, value);
}
