/** A fault in the code itself, put there on purpose: the simulation has to notice. */
export interface Mutant {
  readonly name: string;
  /** What is broken, in words. */
  readonly what: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Every rule that exactness rests on, broken. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-condition',
    what: 'panes are written whatever stands there',
    file: 'lib/store/dynamo-pane-store.ts',
    find: "? { ConditionExpression: 'attribute_not_exists(pk)' }",
    replace: '? {} : 1 > 0 ? {}',
  },
  {
    name: 'lane-before-panes',
    what: "the lane's mark is written before the values",
    file: 'lib/handle/aggregate.ts',
    find: '  const applied = await applyPanes(context, batch, before);',
    replace:
      '  await moveLane(store, lane.lane, before, batch.progress);\n  const applied = await applyPanes(context, batch, before);',
  },
  {
    name: 'mark-apart-from-value',
    what: "a pane's mark moves in a write of its own, before its value",
    file: 'lib/store/dynamo-pane-store.ts',
    find: '    const outcome = await this.#putIf(item, version);\n    if (outcome ===',
    replace:
      '    const [old] = await this.readPanes([ref]);\n    if (old !== undefined && old.version === version) {\n      await this.#putIf(paneItem(ref, { ...old, mark: pane.mark }, this.#now()), version);\n    }\n    const outcome = await this.#putIf(item, version);\n    if (outcome ===',
  },
  {
    name: 'less-or-equal',
    what: "a batch whose last record is the pane's mark is added again",
    file: 'lib/store/merge.ts',
    find: 'compareSequence(stored.mark, pane.last) >= 0',
    replace: 'compareSequence(stored.mark, pane.last) > 0',
  },
  {
    name: 'never-divided',
    what: 'a batch of which a part is stored is added whole',
    file: 'lib/store/merge.ts',
    find: '  return compareSequence(mark, pane.first) >= 0 && compareSequence(mark, pane.last) < 0;',
    replace: '  return mark === pane.last && false;',
  },
  {
    name: 'no-sub-sequence',
    what: 'user records of one Kinesis record are taken for one',
    file: 'lib/fold/sequence.ts',
    find: '  if (digitsA !== digitsB) return digitsA - digitsB;\n  return a < b ? -1 : a > b ? 1 : 0;',
    replace:
      '  if (digitsA !== digitsB) return digitsA - digitsB;\n  const [p, q] = [a.slice(0, digitsA), b.slice(0, digitsB)];\n  return p < q ? -1 : p > q ? 1 : 0;',
  },
  {
    name: 'skip-a-lane',
    what: 'of several lanes, alerts see the first',
    file: 'lib/store/dynamo-pane-reader.ts',
    find: 'if (last?.start === name.start) mergeAccs(aggregate, last.accs, accs);',
    replace: 'if (last?.start === name.start) continue;',
  },
  {
    name: 'lose-the-report',
    what: 'what failed is not reported to Lambda',
    file: 'lib/handle/aggregate.ts',
    find: 'if (done.failedFrom !== undefined) failures.push(recordSequence(done.failedFrom));',
    replace: 'if (done.failedFrom === null) failures.push(recordSequence(done.failedFrom));',
  },
  {
    name: 'report-any',
    what: 'a record that failed is reported, but not the lowest',
    file: 'lib/store/apply.ts',
    find: 'compareSequence(first, failedFrom) < 0) failedFrom = first;',
    replace: 'compareSequence(first, failedFrom) > 0) failedFrom = first;',
  },
  {
    name: 'lane-over-failure',
    what: 'the lane moves past records that failed',
    file: 'lib/handle/aggregate.ts',
    find: '  if (failedFrom === undefined) return batch;',
    replace: '  if (failedFrom !== null) return batch;',
  },
  {
    name: 'late-is-late',
    what: 'what is late is told of and not written down in the pane',
    file: 'lib/store/merge.ts',
    find: 'const closed = stored?.closed ?? closing(pane, stored?.mark);\n  if (stored === undefined) {',
    replace:
      'const closed = stored?.closed ?? closing(pane, stored?.mark);\n  if (stored !== undefined && stored.closed === undefined && closed !== undefined) return undefined;\n  if (stored === undefined) {',
  },
  {
    name: 'quarantine-and-forget',
    what: 'a quarantine that fails is taken for one that worked',
    file: 'lib/quarantine/set-aside.ts',
    find: 'return { failedFrom: rest.reduce(least, undefined), errors: [error] };',
    replace: 'return { failedFrom: rest.find(() => false), errors: [error] };',
  },
  {
    name: 'redrive-without-repair',
    what: 'a redrive reads the range and repairs nothing',
    file: 'lib/redrive/refold.ts',
    find: '  let pending = all;',
    replace: '  let pending: PaneRefold[] = all.slice(all.length);',
  },
  {
    name: 'redrive-adds',
    what: 'a redrive adds to what is stored instead of replacing it',
    file: 'lib/redrive/pane-refold.ts',
    find: 'compareSequence(stored.mark, first) < 0) {',
    replace: 'compareSequence(stored.mark, first) < Infinity) {',
  },
  {
    name: 'redrive-forgets-closing',
    what: 'a redrive takes records that the pane was closed to',
    file: 'lib/redrive/pane-refold.ts',
    find: '  return closed === undefined || compareSequence(sequence, closed.from) < 0;',
    replace: "  return closed === undefined || sequence !== '';",
  },
  {
    name: 'transition-without-condition',
    what: 'transitions are written whatever stands there',
    file: 'lib/store/dynamo-alert-store.ts',
    find: "? { ConditionExpression: 'attribute_not_exists(pk)' }",
    replace: '? {} : 1 > 0 ? {}',
  },
  {
    name: 'message-and-forget',
    what: 'a message that could not be published is taken for published',
    file: 'lib/handle/notify.ts',
    find: 'response: { batchItemFailures: [{ itemIdentifier: change.sequence }] },',
    replace: 'response: { batchItemFailures: [] },',
  },
  {
    name: 'timer-before-judgement',
    what: 'timers are removed before their windows are judged',
    file: 'lib/alerts/evaluate.ts',
    find: '  const transitions = await job?.run(',
    replace: '  await context.timers.remove(timers);\n  const transitions = await job?.run(',
  },
  {
    name: 'judged-too-early',
    what: 'windows are judged when the furthest lane has passed them',
    file: 'lib/alerts/evaluate.ts',
    find: 'let { watermark, furthest } = await advance(context);',
    replace: 'let { furthest: watermark, furthest } = await advance(context);',
  },
  {
    name: 'stale-panes',
    what: 'alerts are judged on reads that may be behind',
    file: 'lib/store/dynamo-pane-reader.ts',
    find: "        ':to': { S: isoTime(to) },\n      },\n      ConsistentRead: true,",
    replace: "        ':to': { S: isoTime(to) },\n      },\n      ConsistentRead: false,",
  },
  {
    name: 'value-of-another-window',
    what: 'a transition says what the window before it held',
    file: 'lib/alerts/judge.ts',
    find: 'if (pane === undefined || pane.start >= end) break;',
    replace: 'if (pane === undefined || pane.start >= end - aggregate.pane) break;',
  },
  {
    name: 'since-now',
    what: 'a resolution says that the alert began when it ended',
    file: 'lib/alerts/judge.ts',
    find: 'since: wanted ? end : (state?.since ?? end),',
    replace: 'since: end,',
  },
  {
    name: 'panes-past-the-refused',
    what: 'panes pass a record that could not be set aside, and the lane with them',
    file: 'lib/handle/aggregate.ts',
    find: 'const settled = least(applied.failedFrom, refused.failedFrom);',
    replace: 'const settled = applied.failedFrom;',
  },
  {
    name: 'quarantine-without-bytes',
    what: 'a record is set aside without its bytes',
    file: 'lib/quarantine/message.ts',
    find: "data: Buffer.from(bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)).toString('base64'),",
    replace: "data: '',",
  },
  {
    name: 'no-second-judgement',
    what: 'a window whose pane changed is never judged again',
    file: 'lib/alerts/evaluate.ts',
    find: '...timersFor(jobs, updated).filter(',
    replace: '...timersFor(jobs, []).filter(',
  },
  {
    name: 'early-out-of-turn',
    what: 'a window is judged early before it is the next to be over',
    file: 'lib/alerts/judge.ts',
    find: 'const end = firstWindowEnd(alert.window, watermark - alert.delay + 1);',
    replace: 'const end = firstWindowEnd(alert.window, watermark - alert.delay + 1 + alert.slide);',
  },
  {
    name: 'final-too-soon',
    what: 'what is judged finally is judged on time',
    file: 'lib/pipeline/build-alert.ts',
    find: "delay: judge === 'final' ? windowFinalAfter(aggregate) : aggregate.delay,",
    replace: 'delay: aggregate.delay,',
  },
  {
    name: 'rollup-of-stale-panes',
    what: "a tier's pane is made of reads that may be behind",
    file: 'lib/store/dynamo-rollup-store.ts',
    find: "        ':to': { S: isoTime(start + pane) },\n      },\n      ConsistentRead: true,",
    replace: "        ':to': { S: isoTime(start + pane) },\n      },\n      ConsistentRead: false,",
  },
  {
    name: 'rollup-once',
    what: "a tier's pane that stands there is never made again",
    file: 'lib/rollup/compact.ts',
    find: "if (stored !== undefined && now() >= stored.until) return 'kept';",
    replace: "if (stored !== undefined) return 'kept';",
  },
  {
    name: 'warm-for-ever',
    what: 'a timer that was set once is never set again, though it is due',
    file: 'lib/alerts/evaluate.ts',
    find: '...known.filter(({ due }) => due <= watermark),',
    replace: '...known.filter(({ due }) => due < -Infinity),',
  },
  {
    name: 'watermark-goes-back',
    what: 'the watermark falls when a lane returns that was idle',
    file: 'lib/store/dynamo-pane-reader.ts',
    find: 'const watermark = Math.max(kept, pipelineWatermark(lanes, this.#pipeline));',
    replace: 'const watermark = Math.max(-Infinity, pipelineWatermark(lanes, this.#pipeline));',
  },
  {
    name: 'window-in-two-places',
    what: 'a window that belongs elsewhere now stays where it was too',
    file: 'lib/derive/make-window.ts',
    find: 'const old = (before?.places ?? []).filter((place) => !isSame(place, pane));',
    replace: 'const old = (before?.places ?? []).filter((place) => isSame(place, pane)).slice(1);',
  },
  {
    name: 'only-the-first-window',
    what: 'of the windows that hold a pane, the first is made',
    file: 'lib/derive/derivation-job.ts',
    find: 'windowStart(window, end) <= first - from.pane;',
    replace: 'end <= first;',
  },
  {
    name: 'refused-and-forgotten',
    what: 'a window that is refused is left out, and nobody is told',
    file: 'lib/derive/make-window.ts',
    find: 'if (window !== undefined && refused && before?.refused !== true)',
    replace: 'if (window !== undefined && refused && before?.refused === false)',
  },
];
