import { randomBytes } from 'node:crypto';

/** An id for a silence: short enough to be typed, and as good as certainly no other's. */
export function newSilenceId(): string {
  return randomBytes(6).toString('hex');
}
