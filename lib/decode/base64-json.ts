import { decodeJson, decodeText, type Decoded } from './json.ts';

const FIRST_BYTES = 4096;

/**
 * Reads JSON out of base64, one record after another. All are decoded into the same memory: a buffer of its own for
 * each record would cost as much as decoding it.
 */
export class Base64Json {
  #memory = Buffer.allocUnsafe(FIRST_BYTES);

  decode(data: string): Decoded {
    // Four characters hold three bytes.
    if (data.length > this.#memory.length) this.#memory = Buffer.allocUnsafe(data.length * 2);
    const length = this.#memory.write(data, 0, 'base64');
    const text = this.#memory.toString('utf8', 0, length);
    // A replacement character is the only trace that invalid bytes leave.
    return text.includes('\uFFFD') ? decodeJson(this.#memory.subarray(0, length)) : decodeText(text);
  }
}
