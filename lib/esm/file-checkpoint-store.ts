import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Checkpoint, CheckpointStore } from './checkpoint.ts';

/** How long a checkpoint may wait for others before they are written together, ms. */
const WRITE_DELAY_MS = 100;

const tumbling = z.strictObject({
  ahead: z.array(z.strictObject({ lanes: z.int(), lane: z.int(), through: z.string() })),
  windows: z.array(
    z.strictObject({
      lanes: z.int(),
      lane: z.int(),
      startMs: z.number(),
      endMs: z.number(),
      state: z.record(z.string(), z.unknown()),
    }),
  ),
});

const checkpoint = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('AFTER_SEQUENCE_NUMBER'),
    sequenceNumber: z.string().regex(/^\d+$/),
    tumbling: z.exactOptional(tumbling),
  }),
  z.strictObject({ type: z.literal('SHARD_END') }),
]);

const fileSchema = z.strictObject({ version: z.literal(1), shards: z.record(z.string(), checkpoint) });

/** A checkpoint file that cannot be read as one. */
export class CheckpointFileError extends Error {
  override readonly name = 'CheckpointFileError';
}

/**
 * Checkpoints of one mapping in a JSON file, which is replaced as a whole, so that it is never half written. Each mapping
 * needs a file of its own, and an engine at a time.
 *
 * What is saved is written within a tenth of a second, together with what else is saved by then: if the process is killed,
 * the records of that time are read again. A write that fails is told by the next `save` or `flush`.
 * @example
 * startEventSourceMapping({ checkpoints: new FileCheckpointStore('.esm/aggregate.json'), ... });
 */
export class FileCheckpointStore implements CheckpointStore {
  readonly #path: string;
  readonly #delayMs: number;
  #loading: Promise<Map<string, Checkpoint>> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  /** @param path of the file; its directory is made if it is not there */
  constructor(path: string, { delayMs = WRITE_DELAY_MS }: { readonly delayMs?: number } = {}) {
    this.#path = resolve(path);
    this.#delayMs = delayMs;
  }

  /** @throws {CheckpointFileError} when the file holds something else */
  async load(shardId: string): Promise<Checkpoint | undefined> {
    return (await this.#shards()).get(shardId);
  }

  /** @throws the error of an earlier write */
  async save(shardId: string, checkpoint: Checkpoint): Promise<void> {
    this.#throwFailure();
    (await this.#shards()).set(shardId, checkpoint);
    this.#timer ??= setTimeout(() => {
      this.#write();
    }, this.#delayMs);
  }

  /** Writes what has not been written. @throws the error of that, or of an earlier write */
  async flush(): Promise<void> {
    if (this.#timer) this.#write();
    await this.#writing;
    this.#throwFailure();
  }

  #shards(): Promise<Map<string, Checkpoint>> {
    return (this.#loading ??= readCheckpoints(this.#path));
  }

  /** One write at a time, each of what is there when its turn comes. */
  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing
      .then(async () => {
        const shards = Object.fromEntries(await this.#shards());
        await replaceFile(this.#path, `${JSON.stringify({ version: 1, shards }, null, 2)}\n`);
      })
      .catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
      });
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
  }
}

async function readCheckpoints(path: string): Promise<Map<string, Checkpoint>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
  return new Map(Object.entries(parseFile(text, path).shards));
}

function parseFile(text: string, path: string): z.infer<typeof fileSchema> {
  const advice = 'Restore the file, or delete it to begin at the starting position again.';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CheckpointFileError(`${path} is no JSON, so no checkpoint file. ${advice}`, { cause: error });
  }
  const parsed = fileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new CheckpointFileError(
    `${path} is no checkpoint file:\n${z.prettifyError(parsed.error)}\n${advice}`,
  );
}

async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const next = `${path}.next`;
  await writeFile(next, text);
  await rename(next, path);
}
