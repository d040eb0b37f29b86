import type { WindowShape } from '../time/window.ts';
import { checkWindow } from './check.ts';
import { PipelineError } from './errors.ts';
import type { Aggregate } from './pipeline.ts';

/** @throws {PipelineError} if an aggregate has no such windows */
export function checkOver(
  field: string,
  window: WindowShape | undefined,
  { name, pane, retain, session }: Pick<Aggregate, 'name' | 'pane' | 'retain' | 'session'>,
): void {
  if (window?.session === true) {
    if (session !== undefined) return;
    throw new PipelineError(
      field,
      `is sessions(), but ${name} does not gather its events into sessions`,
      `give ${name} session: { gap: '30m', max: '12h' }, or take windows such as tumbling('1h')`,
    );
  }
  if (session !== undefined) {
    throw new PipelineError(
      field,
      `is not sessions(), but ${name} gathers its events into sessions`,
      'write sessions(), or keep a second aggregate without session',
    );
  }
  checkWindow(field, window, pane, retain);
}
