import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { PlaybackChange, RedriveRequest } from './protocol.ts';
import { RequestError } from './problem.ts';

const MOST_BYTES = 256 * 1024;
const MOST_IDS = 1_000;

const playbackChange = z.strictObject({
  play: z.boolean().optional(),
  speed: z.union([z.number().positive(), z.literal('max')]).optional(),
});

const redriveRequest = z.strictObject({
  ids: z.union([z.literal('all'), z.array(z.string().min(1)).min(1).max(MOST_IDS)]),
});

/** Reads what of the playback is to change. @throws {RequestError} if the request does not say that */
export async function readPlaybackChange(request: IncomingMessage): Promise<PlaybackChange> {
  const { play, speed } = await read(request, playbackChange, '{"play": true} or {"speed": 60}');
  return { ...(play === undefined ? {} : { play }), ...(speed === undefined ? {} : { speed }) };
}

/** Reads what is to be tried again. @throws {RequestError} if the request does not say that */
export async function readRedriveRequest(request: IncomingMessage): Promise<RedriveRequest> {
  return read(request, redriveRequest, '{"ids": "all"} or {"ids": ["…"]}');
}

async function read<T>(request: IncomingMessage, schema: z.ZodType<T>, example: string): Promise<T> {
  // What a form of another site may send without being asked for leave is anything but this.
  if (!/^application\/json(?:;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new RequestError(415, 'send JSON, with content-type: application/json');
  const result = schema.safeParse(parse(await textOf(request)));
  if (result.success) return result.data;
  throw new RequestError(400, `send ${example}: ${z.prettifyError(result.error).replaceAll('\n', ' ')}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new RequestError(
      400,
      `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new RequestError(413, `send at most ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
