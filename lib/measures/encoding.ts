import { isUtf8 } from 'node:buffer';

/**
 * The binary form that accumulators are stored in: one byte for the version, then unsigned LEB128 varints,
 * little-endian float64s and UTF-8 texts behind their lengths, in an order that each measure fixes for itself. There are
 * no field tags: what follows the version byte is known to the measure, and trailing bytes are an error.
 */

/** Version of all encodings here; a measure that changes its layout takes the next number for itself. */
export const ENCODING_VERSION = 1;

/** Stored bytes that the running code cannot read as an accumulator. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
}

/** Number of bytes of `value`, a whole number from 0 to 2^53 - 1, as a varint. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++;
  return length;
}

/**
 * Writes a whole number from 0 to 2^53 - 1 at `at`, seven bits a byte, low bits first.
 *
 * @returns the offset behind it
 */
export function writeVarint(bytes: Buffer, at: number, value: number): number {
  let rest = value;
  let end = at;
  // Bitwise operators would cut numbers off at 32 bits.
  while (rest >= 128) {
    bytes[end++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  bytes[end++] = rest;
  return end;
}

/** Number of bytes that `writeText` takes. */
export function textLength(text: string): number {
  const bytes = Buffer.byteLength(text);
  return varintLength(bytes) + bytes;
}

/**
 * Writes a well-formed text at `at`: its length in bytes, then UTF-8.
 *
 * @returns the offset behind it
 */
export function writeText(bytes: Buffer, at: number, text: string): number {
  const start = writeVarint(bytes, at, Buffer.byteLength(text));
  return start + bytes.write(text, start);
}

/** Writes the version byte and one float64. */
export function encodeFloat64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(9);
  bytes[0] = ENCODING_VERSION;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

/** Reads what `encodeFloat64` wrote. @throws {EncodingError} on another version or length */
export function decodeFloat64(kind: string, bytes: Uint8Array): number {
  const reader = new Reader(kind, bytes);
  const value = reader.float64();
  reader.end();
  return value;
}

/** Reads an encoding from front to back and refuses what cannot be one. */
export class Reader {
  readonly #kind: string;
  readonly #bytes: Buffer;
  #at = 1;

  /** @throws {EncodingError} unless the first byte is `ENCODING_VERSION` */
  constructor(kind: string, bytes: Uint8Array) {
    this.#kind = kind;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const version = bytes[0];
    if (version === undefined) throw this.#error('is empty', 'write the pane again by a redrive');
    if (version !== ENCODING_VERSION) {
      throw this.#error(
        `has version ${version}, this code reads version ${ENCODING_VERSION}`,
        'deploy the version of weir that wrote it, or a later one',
      );
    }
  }

  /** Bytes not yet read. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** @throws {EncodingError} if the bytes end within the number, or it is over 2^53 - 1 */
  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw this.broken('ends within a varint');
      value += (byte % 128) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw this.broken('holds a varint over 2^53 - 1');
      if (byte < 128) return value;
    }
  }

  /** @throws {EncodingError} if fewer than 8 bytes are left */
  float64(): number {
    if (this.left < 8) throw this.broken('ends within a float64');
    const value = this.#bytes.readDoubleLE(this.#at);
    this.#at += 8;
    return value;
  }

  /** The next `length` bytes, which stay part of what is read. @throws {EncodingError} if fewer are left */
  take(length: number): Buffer {
    if (this.left < length) throw this.broken(`ends within ${length} bytes`);
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }

  /** Reads what `writeText` wrote. @throws {EncodingError} if the bytes end within the text, or are not UTF-8 */
  text(): string {
    const bytes = this.take(this.varint());
    if (!isUtf8(bytes)) throw this.broken('holds a text that is not UTF-8');
    return bytes.toString('utf8');
  }

  /** @throws {EncodingError} if bytes are left over */
  end(): void {
    if (this.left > 0) throw this.broken(`goes on for ${this.left} bytes behind its end`);
  }

  /** What to throw of bytes that can be read but make no sense. @param what follows the kind and length, as `holds …` */
  broken(what: string): EncodingError {
    return this.#error(what, 'if the measure of this name was changed in the pipeline, give it a new name');
  }

  #error(what: string, remedy: string): EncodingError {
    return new EncodingError(
      `stored ${this.#kind} of ${this.#bytes.length} bytes ${what}: it is not a ${this.#kind} that can be read; ${remedy}`,
    );
  }
}
