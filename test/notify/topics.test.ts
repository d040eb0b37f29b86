import { describe, expect, it } from 'vitest';
import type { Alert, Route } from '../../lib/pipeline/pipeline.ts';
import { buildMessage } from '../../lib/notify/build-message.ts';
import { topicNames } from '../../lib/notify/topic-names.ts';
import { readTopics, topicArns, type TopicError } from '../../lib/notify/topics.ts';
import { groupNotice, late, noticeOf, ruleNamed } from './notices.ts';

const arn = (name: string) => `arn:aws:sns:us-east-1:000000000000:${name}`;

describe('readTopics', () => {
  it('reads names and ARNs', () => {
    const { fallback, byName } = readTopics({ ALERT_TOPICS: ` alerts=${arn('a')}, pages=${arn('b')},` });

    expect(fallback).toBe(arn('a'));
    expect([...byName]).toEqual([
      ['alerts', arn('a')],
      ['pages', arn('b')],
    ]);
  });

  it('takes the one topic for the default where there are no others', () => {
    expect(readTopics({ ALERTS_TOPIC_ARN: arn('a') })).toEqual({
      fallback: arn('a'),
      byName: new Map([['alerts', arn('a')]]),
    });
    expect(readTopics({ ALERTS_TOPIC_ARN: arn('a'), ALERT_TOPICS: `pages=${arn('b')}` }).fallback).toBe(
      arn('a'),
    );
  });

  it.each([
    [{}, "there is no topic 'alerts'"],
    [{ ALERT_TOPICS: `pages=${arn('b')}` }, "there is no topic 'alerts'"],
    [{ ALERT_TOPICS: 'alerts' }, "ALERT_TOPICS has 'alerts', which is no topic; write name=arn"],
    [{ ALERT_TOPICS: `=${arn('a')}` }, 'which is no topic'],
    [{ ALERT_TOPICS: 'alerts=queue' }, 'which is no topic'],
  ])('refuses %j', (env, problem) => {
    expect(() => readTopics(env)).toThrow(problem);
  });
});

describe('topicArns', () => {
  const topics = readTopics({ ALERT_TOPICS: `alerts=${arn('a')},pages=${arn('b')}` });

  it('are those of the names', () => {
    expect(topicArns(topics, ['pages', 'alerts'], () => expect.unreachable())).toEqual([arn('b'), arn('a')]);
  });

  it('are that of the default topic for a name that there is not, once, and somebody is told', () => {
    const errors: TopicError[] = [];

    expect(topicArns(topics, ['night', 'alerts', 'day'], (error) => errors.push(error))).toEqual([arn('a')]);
    expect(errors.map(({ message }) => message)).toEqual([
      "a route names the topic 'night', and the stack has alerts, pages; its messages go to 'alerts': add it to custom.alertTopics in serverless.yml, or take one of these",
      expect.stringContaining("'day'"),
    ]);
  });
});

describe('topicNames', () => {
  const routes: Route[] = [
    { match: { severity: ['critical'] }, topic: 'pages', also: false },
    { match: { team: ['ground'], origin: ['ORD'] }, topic: 'ground', also: false },
  ];
  const congested = ruleNamed('congested');
  const names = (given: Parameters<typeof noticeOf>[0], rule = congested) =>
    topicNames(routes, buildMessage(noticeOf(given), rule), rule);
  const over = [
    { state: late('ORD', { status: 'resolved', severity: 'critical' }), news: 'resolved' as const },
  ];

  it('go by the labels of the rule, of the group, and the severity', () => {
    expect(names({})).toEqual(['ground']);
    expect(names({ group: 'ATL' })).toEqual(['alerts']);
    expect(names({ kind: 'escalated', severity: 'critical' })).toEqual(['pages']);
  });

  it('tell of the end wherever the beginning may have been told of', () => {
    const given = { kind: 'resolved', members: over, severity: 'critical', firing: 0 } as const;

    expect(names(given)).toEqual(['ground', 'pages']);
    expect(names({ ...given, severity: 'warning' })).toEqual(['ground']);
  });

  it('tell of the end wherever the beginning was told of, also if the rule has lost its severity', () => {
    const milder: Alert = { ...congested, levels: [{ severity: 'warning', when: () => true }] };
    const message = buildMessage(
      noticeOf({ kind: 'resolved', members: over, severity: 'critical', firing: 0 }),
      milder,
    );
    const toDay: Route[] = [{ match: { severity: ['warning'] }, topic: 'day', also: false }];

    expect(topicNames(toDay, message, milder)).toEqual(['day', 'alerts']);
  });

  it('have no say for labels of single alerts of a group', () => {
    const quiet = ruleNamed('quiet');

    expect(topicNames(routes, buildMessage(groupNotice(['ORD'], 'firing'), quiet), quiet)).toEqual([
      'alerts',
    ]);
  });

  it('are found of a rule that has left', () => {
    expect(
      topicNames(routes, buildMessage(noticeOf({ severity: 'critical' }), undefined), undefined),
    ).toEqual(['pages']);
  });
});
