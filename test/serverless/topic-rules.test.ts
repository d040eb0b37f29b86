import { describe, expect, it } from 'vitest';
import { faultsOfTopics } from '../../lib/serverless/topic-rules.mjs';

const topics = { alerts: { Ref: 'AlertsTopic' }, pages: 'arn:aws:sns:us-east-1:123456789012:pages.fifo' };

describe('faultsOfTopics', () => {
  it('lets routes through to topics that are declared, by reference or by ARN', () => {
    expect(faultsOfTopics([], topics)).toEqual([]);
    expect(faultsOfTopics([{ topic: 'pages' }, { topic: 'alerts' }], topics)).toEqual([]);
  });

  it('names a topic that a route leads to and nobody declared, once, with the nearest', () => {
    expect(faultsOfTopics([{ topic: 'page' }, { topic: 'page' }, { topic: 'tickets' }], topics)).toEqual([
      "a route of pipeline.ts names topic 'page', and custom.alertTopics has alerts, pages: the nearest is 'pages'. Add it there, or mend the route.",
      expect.stringContaining("names topic 'tickets'"),
    ]);
  });

  it.each([undefined, null, 'alerts', {}, { pages: topics.pages }])(
    'asks for the topic of what no route takes, of %j',
    (given) => {
      expect(faultsOfTopics([{ topic: 'pages' }], given)).toEqual([
        "custom.alertTopics has no 'alerts', where messages go that no route takes; add alerts: !Ref AlertsTopic",
      ]);
    },
  );

  it.each([
    [
      { 'pages=x': topics.pages },
      'custom.alertTopics.pages=x is no name that a route may give; begin with a letter',
    ],
    [
      { pages: 'PagesTopic' },
      'custom.alertTopics.pages is "PagesTopic"; write the ARN of an SNS topic, or !Ref',
    ],
    [{ pages: null }, 'custom.alertTopics.pages is null; write the ARN'],
  ])('refuses %j', (given, fault) => {
    expect(faultsOfTopics([], { ...given, alerts: topics.alerts })).toEqual([expect.stringContaining(fault)]);
  });
});
