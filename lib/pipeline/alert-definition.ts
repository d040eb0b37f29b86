import type { AnomalyCondition } from '../anomaly/condition.ts';
import type { Duration } from '../time/duration.ts';
import type { WindowShape } from '../time/window.ts';

/** How urgent an alert is; it travels with every message so that subscriptions can filter on it. */
export type Severity = 'info' | 'warning' | 'critical';

/**
 * When a rule judges a window: `'onTime'`, once the watermark passes its end; `'final'`, once the watermark passes its end and
 * the allowed lateness, by all it will ever hold; `'early'`, on time, and while it is the next to be over also as its data come,
 * by a part of what it will hold: that can make an alert fire, and not resolve it.
 */
export type Judging = 'early' | 'onTime' | 'final';

/**
 * What a window without data is to a rule: `'ok'`, one that clears it; `'breach'`, one that its condition holds for;
 * `'keep'`, the same as the window before it, as far as the rule looks back; `'ignore'`, nothing at all, as if there were no such window.
 */
export type Missing = 'ok' | 'breach' | 'keep' | 'ignore';

/** Where and when a window lies, for conditions that depend on it. Times are milliseconds since 1970 UTC. */
export interface WindowContext<Window = unknown, Aggregates = Readonly<Record<string, unknown>>> {
  readonly key: Readonly<Record<string, string>>;
  readonly start: number;
  readonly end: number;
  /**
   * The same window of the aggregates that the rule names in `with`, by name; `undefined` where it has no data. Its key has the
   * values that this one has of the same dimensions.
   *
   * @example when: (errors, { with: { requests } }) => errors.n > 0.05 * (requests?.n ?? 0)
   */
  readonly with: { readonly [Name in keyof Aggregates]?: Readonly<Aggregates[Name]> };
  /**
   * The window of this key that ended so long before, if the rule names that in `compare`; `undefined` if it has no data.
   *
   * @throws {RangeError} if the rule does not name it
   * @example when: (now, { before }) => now.n < 0.5 * (before('7d')?.n ?? 0)
   */
  readonly before: (long: Duration) => Window | undefined;
}

/** Whether something is true of a window that has data. */
export type Condition<Window, Aggregates = Readonly<Record<string, unknown>>> = (
  window: Window,
  context: WindowContext<Window, Aggregates>,
) => boolean;

/** What holds for every alert rule: when its alerts begin and end, and who hears of them how often. */
export interface LifeCycleDefinition {
  /** How long the condition has to hold, window after window, before the alert fires; until then it is pending. Default `'0s'`. */
  readonly for?: Duration;
  /** How long it has to be clear, window after window, before a firing alert resolves; until then it is recovering. Default `'0s'`. */
  readonly keepFiringFor?: Duration;
  /** Default `'warning'`. Left out where `when` names severities. */
  readonly severity?: Severity;
  /** A sentence for the people who get the alert. */
  readonly summary?: string;
  /** Where it says what to do: an `https://` address. */
  readonly runbook?: string;
  /** Further labels, which routes and silences may match beside `alert`, `severity` and the dimensions. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Tells of an alert again that goes on firing for so long and that nobody has acknowledged. Not, unless given. */
  readonly renotify?: Duration;
  /** The dimensions by which alerts share a message. Default: all of them, so that each key has messages of its own. */
  readonly groupBy?: readonly string[];
  /** How long the first message of a group waits for others. Default `'0s'`; `'30s'` with `groupBy` or `inhibitedBy`. */
  readonly groupWait?: Duration;
  /** How long news of a group that has been told of waits for others. Default: `groupWait`. */
  readonly groupInterval?: Duration;
  /** Messages of a group in any hour; what is held back is told of when there is room. No bound, unless given. */
  readonly maxPerHour?: number;
  /**
   * An alert that turns between firing and resolved this often within that time is told of once as flapping, and then not until it
   * has been the same for as long. Not, unless given.
   */
  readonly flapping?: { readonly turns: number; readonly within: Duration };
  /** Alerts whose firing, for the same values of the dimensions that they share, keeps this one from being told of. */
  readonly inhibitedBy?: readonly string[];
}

/** One alert rule over the windows of an aggregate. */
export interface AlertDefinition<
  Name,
  Window,
  Aggregates = Readonly<Record<string, unknown>>,
> extends LifeCycleDefinition {
  /** The aggregate it watches: one alert per key of that aggregate. */
  readonly on: Name;
  readonly over: WindowShape;
  /**
   * Is breached by a window that has data and of which this is true; by severity, if there are several:
   * `{ warning: (w) => w.share > 0.05, critical: (w) => w.share > 0.1 }` is one alert, which escalates and does not go back until it
   * resolves. Or `anomaly({ … })`, of `value`.
   */
  readonly when:
    | Condition<Window, Aggregates>
    | Readonly<Partial<Record<Severity, Condition<Window, Aggregates>>>>
    | AnomalyCondition;
  /**
   * Clears a firing alert; by default it clears when `when` no longer holds. With `atLeast`, not as long as enough of the last windows
   * are in breach: it would fire again at once.
   */
  readonly clear?: Condition<Window, Aggregates>;
  /** How many of the last windows, with data or without, have to be in breach; by default the last one. */
  readonly atLeast?: { readonly windows: number; readonly of: number };
  /** Default `'ok'`. */
  readonly missing?: Missing;
  /** Default `'onTime'`. */
  readonly judge?: Judging;
  /**
   * Other aggregates whose windows the condition sees. Their dimensions are among this one's. Late data of theirs have no window judged
   * again.
   */
  readonly with?: readonly (keyof Aggregates & string)[];
  /** How long before this window those lie that the condition compares it with: `['1d', '7d']`. */
  readonly compare?: readonly Duration[];
  /** The number that the rule is about: messages show it over the last windows, and `anomaly` watches it. */
  readonly value?: (window: Window, context: WindowContext<Window, Aggregates>) => number;
  /** What `value` is held against, for the people who get the alert; by severity, if there are several. */
  readonly threshold?: number | Readonly<Partial<Record<Severity, number>>>;
  /** What `value` is measured in, such as `'min'` or `'%'`. */
  readonly unit?: string;
}

/** An alert rule over other rules: one alert per key of theirs. */
export interface CompositeDefinition extends LifeCycleDefinition {
  readonly on?: undefined;
  /** The rules it is over, which have the same dimensions. */
  readonly of: readonly string[];
  /**
   * Says from which of them are firing, by name, whether this one is in breach.
   *
   * @example when: ({ slow, maintenance }) => slow && !maintenance
   */
  readonly when: (firing: Readonly<Record<string, boolean>>) => boolean | undefined;
}

/** The rules that may stand over a set of aggregates: `on` decides what `when` sees. */
export type AnyAlertDefinition<Aggregates> =
  | {
      [Name in keyof Aggregates & string]: AlertDefinition<Name, Readonly<Aggregates[Name]>, Aggregates>;
    }[keyof Aggregates & string]
  | CompositeDefinition;

/** Where messages of some alerts go. */
export interface RouteDefinition {
  /** Labels that an alert has to have, each this value or one of these: `alert`, `severity`, dimensions, the rule's own. */
  readonly match: Readonly<Record<string, string | readonly string[]>>;
  /** A topic's name in serverless.yml, under `custom.alertTopics`. */
  readonly topic: string;
  /** Whether the routes after this one are tried as well. Default false: the first that matches is the only one. */
  readonly also?: boolean;
}
