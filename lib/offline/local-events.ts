import { isRecord } from '../local/stack/template.ts';
import type { FunctionDefinition, FunctionEvent } from './framework.ts';

/**
 * Functions without IAM authorization: whoever reaches this machine's own address needs no signature, and serverless-offline would
 * warn of each route that it does not check one.
 */
export function withoutIam(
  functions: Readonly<Record<string, FunctionDefinition>>,
): Record<string, FunctionDefinition> {
  return Object.fromEntries(
    Object.entries(functions).map(([key, definition]) => {
      const { events } = definition;
      return [key, events === undefined ? definition : { ...definition, events: events.map(open) }];
    }),
  );
}

function open(event: FunctionEvent): FunctionEvent {
  return Object.fromEntries(
    Object.entries(event).map(([kind, options]) => {
      if (!isRecord(options) || !isIam(options.authorizer)) return [kind, options];
      const { authorizer: _, ...rest } = options;
      return [kind, rest];
    }),
  );
}

function isIam(authorizer: unknown): boolean {
  const type = isRecord(authorizer) ? authorizer.type : authorizer;
  return typeof type === 'string' && type.toLowerCase() === 'aws_iam';
}
