import { DurationError, type Duration } from './duration.ts';
import { sliding, tumbling, type WindowPlace, type WindowShape } from './window.ts';

const CALL = /^\s*(tumbling|sliding)\s*\(([^()]*)\)\s*$/;
const LENGTHS = { tumbling: 'a size', sliding: 'a size and a slide' } as const;
const EXAMPLES = "'tumbling(1h)', 'sliding(1h, 5m)' or 'tumbling(1d, zone=Europe/Berlin, offset=6d)'";

/**
 * A window as it is written on a command line: as in a pipeline, without quotes, and where it lies by name.
 *
 * @example parseWindow('sliding(2d, 1d, zone=Europe/Berlin)') // sliding('2d', '1d', { zone: 'Europe/Berlin' })
 * @throws {DurationError} if the text is not a window, saying what to write
 */
export function parseWindow(text: string): WindowShape {
  const call = CALL.exec(text);
  if (call === null) throw new DurationError(`'${text}' is not a window; write one such as ${EXAMPLES}`);
  const name = call[1] === 'sliding' ? 'sliding' : 'tumbling';
  const parts = (call[2] ?? '').split(',').map((part) => part.trim());
  const lengths = parts.filter((part) => !part.includes('=')) as Duration[];
  const place = readPlace(
    text,
    parts.filter((part) => part.includes('=')),
  );
  const [size, slide] = lengths;
  if (name === 'tumbling' && size !== undefined && lengths.length === 1) return tumbling(size, place);
  if (size !== undefined && slide !== undefined && name === 'sliding' && lengths.length === 2)
    return sliding(size, slide, place);
  throw new DurationError(
    `'${text}' has ${lengths.length === 1 ? 'one length' : `${lengths.length} lengths`} of time; ${name} takes ${LENGTHS[name]}, as in ${EXAMPLES}`,
  );
}

function readPlace(text: string, parts: readonly string[]): WindowPlace {
  const place = new Map<string, string>();
  for (const part of parts) {
    const [name = '', value = ''] = part.split('=').map((side) => side.trim());
    if (value === '' || place.has(name)) {
      const problem = value === '' ? 'has no value' : 'is given twice';
      throw new DurationError(`'${text}': ${name} ${problem}; write it as in ${EXAMPLES}`);
    }
    place.set(name, value);
  }
  // Names and values are the call's to check.
  return Object.fromEntries(place);
}
