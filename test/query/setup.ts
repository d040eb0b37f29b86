import { createQueryApp, type QueryContext } from '../../lib/query/app.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore } from '../support/memory-alerts.ts';
import {
  MemoryAcknowledgementStore,
  MemoryHistoryStore,
  MemorySilenceStore,
} from '../support/memory-dispatch.ts';
import { minutes } from '../support/pipeline.ts';

/** Stores in memory, empty, and a clock that stands an hour after the test's first event time. */
export function memoryContext(pipeline: Pipeline) {
  let made = 0;
  return {
    pipeline,
    panes: new MemoryPaneReader(),
    alerts: new MemoryAlertStore(),
    history: new MemoryHistoryStore(),
    silences: new MemorySilenceStore(),
    acknowledgements: new MemoryAcknowledgementStore(),
    timers: new MemoryTimerStore(),
    now: (): number => minutes(60),
    newId: (): string => `silence-${++made}`,
    onError: (error: unknown): void => {
      throw error;
    },
  } satisfies QueryContext;
}

/** The HTTP API over stores in memory, or over those that are given. */
export function memoryApp(pipeline: Pipeline, given: Partial<QueryContext> = {}) {
  return createQueryApp({ ...memoryContext(pipeline), ...given });
}
