import type { QuarantineMessage } from './message.ts';

/** A message of the quarantine queue that weir did not write. */
export class QuarantineMessageError extends Error {
  override readonly name = 'QuarantineMessageError';
}

/** Reads a message of the quarantine queue. @throws {QuarantineMessageError} if it is none */
export function readQuarantineMessage(body: string): QuarantineMessage {
  const value = parse(body);
  if (!isMessage(value)) {
    throw new QuarantineMessageError('the message is not one that weir sets aside: see docs/quarantine.md');
  }
  return value;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new QuarantineMessageError(
      `the message is not JSON: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

function isMessage(value: unknown): value is QuarantineMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { version, id, kind, reason, origin, data } = value as Readonly<Record<string, unknown>>;
  const texts = [id, reason, data].every((text) => typeof text === 'string');
  return version === 1 && texts && (kind === 'late' || kind === 'quarantined') && isOrigin(origin);
}

function isOrigin(origin: unknown): boolean {
  if (typeof origin !== 'object' || origin === null) return false;
  const { source, shard, sequence, subSequence } = origin as Readonly<Record<string, unknown>>;
  return (
    typeof source === 'string' &&
    [shard, sequence].every((text) => text === undefined || typeof text === 'string') &&
    (subSequence === undefined || typeof subSequence === 'number')
  );
}
