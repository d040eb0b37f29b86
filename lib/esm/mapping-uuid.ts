import { createHash } from 'node:crypto';

/**
 * Makes the UUID of a mapping that was not given one: always the same for the same source and function, so that what a
 * mapping leaves behind has one place. A version 8 UUID, which RFC 9562 leaves to whoever makes it.
 * @see https://www.rfc-editor.org/rfc/rfc9562.html#name-uuid-version-8
 * @example mappingUuid('arn:aws:kinesis:…:stream/events', 'arn:aws:lambda:…:function:fold') // 'd2c5…-…'
 */
export function mappingUuid(sourceArn: string, functionArn: string): string {
  const hex = createHash('sha256').update(`${sourceArn}\n${functionArn}`).digest('hex');
  const variant = (8 + (parseInt(hex.charAt(16), 16) % 4)).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
