import type { Template } from '../template.ts';
import { Refusal, type Answer, type Call } from './call.ts';
import { xml } from './xml.ts';

/** An object as it was uploaded. */
export interface StoredObject {
  readonly body: Buffer;
  readonly metadata: Readonly<Record<string, string>>;
  readonly modified: Date;
}

/** The buckets and objects of the stub's S3, addressed by path. */
export class Buckets {
  readonly #buckets = new Map<string, Map<string, StoredObject>>();

  create(bucket: string): void {
    if (!this.#buckets.has(bucket)) this.#buckets.set(bucket, new Map());
  }

  /** The objects of a bucket by key. Refuses a bucket that was not made. */
  objects(bucket: string): Map<string, StoredObject> {
    const objects = this.#buckets.get(bucket);
    if (objects === undefined) throw new Refusal(404, 'NoSuchBucket', `there is no bucket ${bucket}`);
    return objects;
  }

  /** The template at a URL such as `https://s3.amazonaws.com/bucket/key`. Refuses one that was not uploaded. */
  template(url: string): Template {
    const [bucket = '', ...key] = new URL(url).pathname.slice(1).split('/').map(decodeURIComponent);
    const object = this.objects(bucket).get(key.join('/'));
    if (object === undefined) throw new Refusal(400, 'ValidationError', `there is no template at ${url}`);
    return JSON.parse(object.body.toString()) as Template;
  }

  answer(call: Call): Answer {
    const [bucket = '', ...parts] = call.path;
    const objects = this.objects(bucket);
    const key = parts.join('/');
    switch (call.operation) {
      case 'HeadBucket':
        return { status: 200, headers: { 'x-amz-bucket-region': 'us-east-1' } };
      case 'ListObjectsV2':
        return { status: 200, body: listing(objects, call.parameters.prefix ?? '') };
      case 'ListObjectVersions':
        return { status: 200, body: xml('ListVersionsResult', { IsTruncated: false }) };
      case 'PutObject':
        objects.set(key, { body: call.body, metadata: metadataOf(call), modified: new Date() });
        return { status: 200, headers: { etag: '"0"' } };
      case 'HeadObject':
        return head(objects.get(key));
      case 'DeleteObjects':
        for (const [, gone = ''] of call.body.toString().matchAll(/<Key>(.*?)<\/Key>/g)) objects.delete(gone);
        return { status: 200, body: xml('DeleteResult', {}) };
      default:
        throw new Refusal(501, 'NotImplemented', `the stub's S3 does not know ${call.operation}`);
    }
  }
}

function metadataOf(call: Call): Record<string, string> {
  const metadata = Object.entries(call.headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  return Object.fromEntries(metadata.map(([name, value]) => [name, String(value)]));
}

function listing(objects: ReadonlyMap<string, StoredObject>, prefix: string): string {
  const found = [...objects].filter(([key]) => key.startsWith(prefix));
  return xml('ListBucketResult', {
    IsTruncated: false,
    KeyCount: found.length,
    Contents: found.map(([Key, { body, modified }]) => ({
      Key,
      Size: body.length,
      LastModified: modified.toISOString(),
    })),
  });
}

function head(object: StoredObject | undefined): Answer {
  if (object === undefined) return { status: 404 };
  return { status: 200, headers: { ...object.metadata, 'last-modified': object.modified.toUTCString() } };
}
