import { streamName } from '../decode/stream-name.ts';
import type { Source } from '../pipeline/pipeline.ts';
import { streamNamed, streamsOf } from '../pipeline/streams.ts';
import type { MappingTemplate } from './mapping-rules.mjs';

interface Mapping {
  readonly arn: unknown;
  /** The stream's name; `undefined` if it is not known before the deployment. */
  readonly name: string | undefined;
}

// What a source has that says nothing of its stream: then one mapping will do, whatever its stream is called.
const DEFAULT_STREAM = 'events';

/**
 * Why the streams of a pipeline and those of a template do not fit: one sentence for each stream that a source names and
 * nobody reads, that is read and no source is of, or that `redrive` is not told of.
 *
 * @param template compiled, with everything merged into it
 * @returns nothing, if all is well
 * @example
 * faultsOfStreams(pipeline.sources, template)[0]; // "pipeline.ts reads stream 'auctions', and aggregate has no …"
 */
export function faultsOfStreams(sources: readonly Source[], template: MappingTemplate): string[] {
  const streams = streamsOf(sources);
  const mappings = mappingsOf(template);
  const names = mappings.flatMap(({ name }) => name ?? []);
  const takesAny = streams.join() === DEFAULT_STREAM && mappings.length > 0;
  const mayBeAny = takesAny || names.length < mappings.length;
  const read = new Set(names.map((name) => streamNamed(streams, name)));
  const unread = mayBeAny ? [] : streams.filter((stream) => !read.has(stream));
  const unknown = takesAny ? [] : names.filter((name) => streamNamed(streams, name) === undefined);
  return [
    ...unread.map(
      (stream) =>
        `pipeline.ts reads stream '${stream}', and aggregate has no mapping of a stream whose name ends in -${stream}, but of ${names.join(', ') || 'none'}. Add one (docs/sources.md), or mend the source.`,
    ),
    ...unknown.map(
      (name) =>
        `aggregate reads ${name}, and pipeline.ts has no source of such a stream, but of ${streams.join(', ')}: all its records would be refused. Remove the mapping, or add a source.`,
    ),
    ...mappings.flatMap((mapping) => (isRedriven(template, mapping) ? [] : [unrepaired(mapping)])),
  ];
}

function unrepaired({ arn, name }: Mapping): string {
  return `redrive is not told of ${name ?? JSON.stringify(arn)}: what Lambda gives up on there would never be repaired. Add it to custom.eventStreams.`;
}

function mappingsOf({ Resources }: MappingTemplate): Mapping[] {
  return Object.values(Resources).flatMap(
    ({ Type, Properties: { FunctionName, EventSourceArn: arn } = {} }) => {
      if (Type !== 'AWS::Lambda::EventSourceMapping') return [];
      if (!JSON.stringify(FunctionName ?? '').includes('AggregateLambdaFunction')) return [];
      return [{ arn, name: nameOf(Resources, arn) }];
    },
  );
}

function nameOf(resources: MappingTemplate['Resources'], arn: unknown): string | undefined {
  if (typeof arn === 'string') return streamName(arn);
  const attribute = (arn as { readonly 'Fn::GetAtt'?: unknown } | undefined)?.['Fn::GetAtt'];
  const [id] = Array.isArray(attribute) ? (attribute as unknown[]) : String(attribute).split('.');
  const name = resources[String(id)]?.Properties?.Name;
  return typeof name === 'string' ? name : undefined;
}

function isRedriven({ Resources }: MappingTemplate, { arn }: Mapping): boolean {
  const environment = Resources.RedriveLambdaFunction?.Properties?.Environment as
    { readonly Variables?: Readonly<Record<string, unknown>> } | undefined;
  const told = JSON.stringify(environment?.Variables?.EVENT_STREAM_ARNS ?? '');
  return told.includes(typeof arn === 'string' ? arn : JSON.stringify(arn));
}
