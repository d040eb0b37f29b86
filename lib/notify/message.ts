import type { Band } from '../alerts/state.ts';
import type { NoticeKind, NoticeMember } from '../dispatch/notice.ts';
import type { Judging, Severity } from '../pipeline/alert-definition.ts';
import type { WindowResults } from '../pipeline/pipeline.ts';

/** One alert that a message tells of. Times are ISO 8601 UTC event times. */
export interface MessageAlert {
  /** Values of the aggregate's dimensions by name. */
  readonly key: Readonly<Record<string, string>>;
  /** What it is now; one that is recovering still fires. */
  readonly state: 'firing' | 'resolved';
  /** Why it is listed: what of it is news, or that it goes on. */
  readonly news: NoticeMember['news'];
  /** The greatest severity that it has come to since it began to fire. */
  readonly severity: Severity;
  /** When it began to fire. */
  readonly since: string;
  /** End of the window that made it what it is. */
  readonly at: string;
  readonly window: MessageWindow;
  /** When the window was judged: `early` is before it was over, from a part of what it would hold. */
  readonly judged: Judging;
  /** Whether the window had no data. */
  readonly missing: boolean;
  /** What the condition saw: each measure's result; `null` where a measure had no values. */
  readonly value: WindowResults;
  /** The number that the rule is about, if the rule says which. */
  readonly shown?: MessageNumber;
  /** What was expected, of a rule that watches for anomalies. */
  readonly band?: Band;
}

/** A stretch of event time, ISO 8601 UTC; the end does not belong to it. */
export interface MessageWindow {
  readonly start: string;
  readonly end: string;
}

/** A number, and what it is held against. */
export interface MessageNumber {
  /** `null` if it is not finite. */
  readonly value: number | null;
  /** Of the alert's severity. */
  readonly threshold?: number;
  readonly unit?: string;
}

/**
 * The body of an SNS message, version 2: one notice of a group of alerts of one rule. `schemas/alert-message.v2.schema.json` says
 * the same as a JSON Schema. Times are ISO 8601 UTC event times.
 */
export interface NoticeMessage {
  readonly version: 2;
  /** The same however often the message is repeated, and no other's. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** What the group is now: firing, as long as one of its alerts is. */
  readonly state: 'firing' | 'resolved';
  readonly alert: string;
  /** The greatest severity of what it tells of. */
  readonly severity: Severity;
  /** Values of the dimensions that the rule groups by, by name. */
  readonly group: Readonly<Record<string, string>>;
  /** The rule's own labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** When the notice was due. */
  readonly at: string;
  /** Since when alerts of the group have been firing without a pause. */
  readonly since: string;
  readonly summary?: string;
  readonly runbook?: string;
  readonly counts: {
    /** Alerts of the group that fire now, listed or not. */
    readonly firing: number;
    /** Alerts that resolved by this message, listed or not. */
    readonly resolved: number;
    /** Messages before this one that `maxPerHour` held back. */
    readonly heldBack: number;
    /** Alerts that fire or resolved by this message and are not in `alerts`. */
    readonly leftOut: number;
  };
  /** The greatest severity first, then the one that has been firing longest. */
  readonly alerts: readonly MessageAlert[];
  readonly links: {
    /** The aggregate's windows around the first alert's, in the HTTP API. */
    readonly query?: string;
    readonly runbook?: string;
    /** What has happened to the first alert, in the HTTP API. */
    readonly history?: string;
  };
  /** `key`, `value`, `window` and `judged` of the alert, where the message is about no other. */
  readonly key?: MessageAlert['key'];
  readonly value?: WindowResults;
  readonly window?: MessageWindow;
  readonly judged?: Judging;
}
