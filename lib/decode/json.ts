import { isUtf8 } from 'node:buffer';
import type { Rejection } from '../quarantine/rejection.ts';

/** A value that was read, or why the bytes are not JSON. */
export type Decoded = { readonly value: unknown } | Rejection;

/**
 * Reads one JSON value from bytes. Bytes that are not UTF-8 are refused rather than mended, so that what is folded
 * is what was sent.
 */
export function decodeJson(bytes: Buffer): Decoded {
  const text = bytes.toString('utf8');
  // A replacement character is the only trace that decoding leaves of invalid bytes.
  if (text.includes('\uFFFD') && !isUtf8(bytes))
    return { reason: 'not-json', detail: 'the bytes are not UTF-8' };
  return decodeText(text);
}

/** Reads one JSON value from text. */
export function decodeText(text: string): Decoded {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { reason: 'not-json', detail: error instanceof Error ? error.message : String(error) };
  }
}
