import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from './input-error.ts';

const EXTENSIONS = ['.ndjson', '.jsonl', '.json'];
const CHUNK_BYTES = 1 << 20;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/**
 * The bytes of a recorded file, or of standard input for `-`; gzip is told by its first bytes and undone.
 *
 * @throws {InputError} if there is no such file, it is not a kind that can be replayed, or its gzip is broken
 */
export async function* openInput(path: string, stdin: Readable): AsyncGenerator<Buffer> {
  if (path !== '-') await checkFile(path);
  const bytes = path === '-' ? stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    yield* unzipped(bytes as AsyncIterable<Buffer>);
  } catch (error) {
    throw toInputError(path, error);
  }
}

async function checkFile(path: string): Promise<void> {
  const plain = path.replace(/\.gz$/i, '').toLowerCase();
  if (!EXTENSIONS.some((extension) => plain.endsWith(extension))) {
    throw new InputError(
      path,
      `is not a file that can be replayed; its name should end in ${EXTENSIONS.join(', ')}, or one of these and .gz`,
    );
  }
  const found = await stat(path).catch((error: unknown) => {
    throw toInputError(path, error);
  });
  if (found.isDirectory()) throw new InputError(path, 'is a directory; name the files in it');
}

async function* unzipped(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head = await iterator.next();
  // The two bytes of the magic may come apart on a pipe.
  while (head.done !== true && head.value.length < GZIP_MAGIC.length) {
    const more = await iterator.next();
    if (more.done === true) break;
    head = { done: false, value: Buffer.concat([head.value, more.value]) };
  }
  if (head.done === true) return;
  const whole = rest(head.value, iterator);
  if (!GZIP_MAGIC.every((byte, i) => head.value[i] === byte)) {
    yield* whole;
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // Its errors come out of the iteration below.
  pipeline(whole, gunzip, () => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
}

async function* rest(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

const SYSTEM_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'may not be read; check its permissions',
  Z_DATA_ERROR: 'is broken gzip; fetch or make the file again',
  Z_BUF_ERROR: 'is gzip that ends too early; fetch or make the file again',
};

function toInputError(path: string, error: unknown): InputError {
  if (error instanceof InputError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const message = error instanceof Error ? error.message : String(error);
  return new InputError(path, SYSTEM_PROBLEMS[code] ?? `cannot be read: ${message}`, { cause: error });
}
