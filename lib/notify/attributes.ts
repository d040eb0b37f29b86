import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { NoticeMessage } from './message.ts';

// SNS does not deliver a message with more to a queue that takes it raw:
// https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
const MOST = 10;

/**
 * What subscription filter policies choose by: `alert`, `kind`, `state` and `severity`, then the dimensions that the rule groups by,
 * then its labels, ten in all. One that is called as one of the first four has `group.` or `label.` before its name.
 *
 * @example attributesOf(message).origin // { DataType: 'String', StringValue: 'ORD' }
 */
export function attributesOf(message: NoticeMessage): Record<string, MessageAttributeValue> {
  const { alert, kind, state, severity, group, labels } = message;
  const found = new Map<string, string>(Object.entries({ alert, kind, state, severity }));
  addAll(found, 'group', group);
  addAll(found, 'label', labels);
  return Object.fromEntries(
    [...found].map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}

function addAll(found: Map<string, string>, kind: string, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    // A value must not be empty.
    if (found.size >= MOST || value === '') continue;
    const plain = plainName(name);
    const free = found.has(plain) ? `${kind}.${plain}` : plain;
    if (!found.has(free)) found.set(free, value);
  }
}

// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
function plainName(name: string): string {
  const plain = name
    .replace(/[^A-Za-z0-9_.-]/g, '_')
    .replace(/\.(?=\.|$)|^\./g, '_')
    .slice(0, 200);
  return /^(?:aws|amazon)\./i.test(plain) ? `_${plain}` : plain;
}
