import { showResults } from '../cli/show.ts';
import type { Judging } from '../pipeline/alert-definition.ts';
import {
  durationText,
  expectedText,
  firingFor,
  keyWords,
  numberText,
  rangeText,
  timeText,
  valueText,
  withUnit,
} from './describe-value.ts';
import { countNews, countText, KIND_WORDS } from './headline.ts';
import type { MessageAlert, NoticeMessage } from './message.ts';
import { sparkline } from './sparkline.ts';

const MOST_LISTED = 10;
// Measures may be lists: who wants all of them follows the link.
const MOST_CHARACTERS = 1_000;
const JUDGED: Readonly<Record<Judging, string>> = {
  early: 'judged early, before it was over',
  onTime: 'judged on time',
  final: 'judged when final',
};
const NEWS: Readonly<Record<MessageAlert['news'], string>> = {
  firing: 'began to fire',
  escalated: 'escalated',
  resolved: 'resolved',
  flapping: 'flapping',
  'goes on': 'still firing',
};

/**
 * A message as the text of an e-mail.
 *
 * @param lastValues the rule's `value` over the last windows of the first alert, `null` where there is none; no line of them without
 * @param stageOptions what the commands have to be told of the stage, such as `--stage prod`
 */
export function emailOf(
  message: NoticeMessage,
  lastValues?: readonly (number | null)[],
  stageOptions = '',
): string {
  const paragraphs = [
    [
      `${KIND_WORDS[message.kind]}: ${message.alert}, ${message.severity}`,
      keyWords(message.key ?? message.group),
    ],
    [message.summary ?? ''],
    [changeOf(message)],
    aligned([...factsOf(message), ...pictureOf(message, lastValues)]),
    message.key === undefined ? listOf(message) : [],
    aligned(linksOf(message)),
    commandsOf(message, stageOptions),
  ];
  return `${paragraphs
    .map((lines) => lines.filter(Boolean).join('\n'))
    .filter(Boolean)
    .join('\n\n')}\n`;
}

function changeOf(message: NoticeMessage): string {
  const { kind, counts } = message;
  const isAlone = message.key !== undefined;
  const isMissing = isAlone && message.alerts[0]?.missing === true;
  const long = durationText(firingFor(message));
  const held = counts.heldBack === 0 ? '' : ` Messages held back before this one: ${counts.heldBack}.`;
  const sentence = {
    firing: isAlone
      ? `It began to fire${isMissing ? ': its window had no data' : ''}.`
      : `New: ${newsOf(message)}.`,
    escalated: `It has become worse: ${isAlone ? `now ${message.severity}` : newsOf(message)}.`,
    renotified: isAlone
      ? `Nothing has changed: it has been firing for ${long}, and nobody has acknowledged it. Window and value are from when it last changed.`
      : `Nothing has changed: ${countText(message, countNews(message, 'goes on') ?? counts.firing)} still firing, for up to ${long}, and not all of them are acknowledged.`,
    updated: `It is not over: ${newsOf(message)}, ${countText(message, counts.firing)} still firing.`,
    resolved: isMissing
      ? `It counts as over, after ${long}: its window had no data.`
      : `It is over, after ${long}: nothing of it fires any more.`,
    flapping: isAlone
      ? 'It keeps turning between firing and resolved: nothing more is told of it until it has calmed down.'
      : `${newsOf(message)}: what keeps turning between firing and resolved is not told of until it has calmed down.`,
  }[kind];
  return `${sentence}${held}`;
}

function newsOf(message: NoticeMessage): string {
  const { alerts, counts } = message;
  const words = (['firing', 'escalated', 'resolved', 'flapping'] as const).flatMap((news) => {
    const known = news === 'resolved' ? counts.resolved : countNews(message, news);
    const count = known ?? alerts.filter((alert) => alert.news === news).length;
    const atLeast = known === undefined ? 'at least ' : '';
    return count === 0 ? [] : [`${atLeast}${countText(message, count)} ${NEWS[news]}`];
  });
  return words.join(', ');
}

type Fact = readonly [name: string, text: string];

function factsOf(message: NoticeMessage): Fact[] {
  const since = timesOf(message);
  const [alert] = message.alerts;
  if (alert === undefined || message.key === undefined) return [since];
  const { band, ...plain } = alert;
  const { missing, window, judged, value, shown } = plain;
  const results = showResults(value);
  // A rule over other rules is judged at moments.
  if (window.start === window.end)
    return [since, ['At', timeText(window.end)], ['Rules', shortened(results)]];
  return [
    since,
    ['Window', `${rangeText(window)}, ${JUDGED[judged]}`],
    ...optional('Value', valueText(plain)),
    ...optional('Expected', band && withUnit(expectedText(band), shown?.unit)),
    ...optional('Measures', missing || results === '' ? undefined : shortened(results)),
  ];
}

function timesOf({ state, since, at }: NoticeMessage): Fact {
  return state === 'firing' ? ['Since', timeText(since)] : ['Fired', rangeText({ start: since, end: at })];
}

function pictureOf(
  { kind, alerts, key }: NoticeMessage,
  values: readonly (number | null)[] | undefined,
): Fact[] {
  const numbers = values?.filter((value) => value !== null) ?? [];
  const [first] = alerts;
  if (values === undefined || numbers.length === 0 || first === undefined) return [];
  const [least, greatest] = [Math.min(...numbers), Math.max(...numbers)];
  const unit = first.shown?.unit;
  const range = withUnit(`${numberText(least)} to ${numberText(greatest)}`, unit);
  const whose = key === undefined ? ` of ${keyWords(first.key)}` : '';
  const last = values.at(-1) ?? null;
  // Otherwise the last is the value that is shown.
  const now =
    kind === 'renotified' ? `, now ${last === null ? 'none' : withUnit(numberText(last), unit)}` : '';
  return [[`Last ${values.length}`, `${sparkline(values)}  ${range}${whose}${now}`]];
}

function listOf(message: NoticeMessage): string[] {
  const { alerts, counts } = message;
  const listed = alerts.slice(0, MOST_LISTED);
  const rows = listed.map((alert) => [
    keyWords(alert.key),
    alert.severity,
    valueText(alert) ?? '',
    `since ${timeText(alert.since)}`,
    NEWS[alert.news],
  ]);
  const more = alerts.length - listed.length + counts.leftOut;
  return [...columns(rows), more === 0 ? '' : `  and ${more} more`];
}

function linksOf({ links }: NoticeMessage): Fact[] {
  return [
    ...optional('Runbook', links.runbook),
    ...optional('Data', links.query),
    ...optional('History', links.history),
  ];
}

function commandsOf({ state, alert, alerts, key, group }: NoticeMessage, stageOptions: string): string[] {
  const command = (words: string): string => `  npx weir ${[words, stageOptions].filter(Boolean).join(' ')}`;
  const first = alerts.find((listed) => listed.state === 'firing');
  const silence = [
    'To hear nothing of it for a while:',
    command(
      `silence add ${[`alert=${alert}`, ...matchersOf(key ?? group)].join(' ')} --for 2h --comment 'why'`,
    ),
  ];
  if (state === 'resolved') return [];
  if (first === undefined) return silence;
  return [
    key === undefined
      ? 'To say that you take care of the first that fires:'
      : 'To say that you take care of it:',
    command(`alerts ack ${[alert, ...matchersOf(first.key)].join(' ')}`),
    ...silence,
  ];
}

function matchersOf(key: Readonly<Record<string, string>>): string[] {
  return Object.entries(key).map(([dimension, value]) => shellWord(`${dimension}=${value}`));
}

function shellWord(text: string): string {
  return /^[\w=.,:/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}

function optional(name: string, text: string | undefined): Fact[] {
  return text === undefined ? [] : [[name, text]];
}

function aligned(facts: readonly Fact[]): string[] {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return facts.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  const width = (column: number): number => widths[column] ?? 0;
  return rows.map((row) =>
    ['', ...row.map((cell, i) => cell.padEnd(width(i))).filter((_, i) => width(i) > 0)].join('  ').trimEnd(),
  );
}
