/** Labels that an alert has to have: equal to the value, or with `~` matching it as a regular expression as a whole. */
export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** A time during which nobody is told of some alerts. Times in ms; live they are the clock's, in a replay event times. */
export interface Silence {
  readonly id: string;
  /** All of them have to match; at least one. */
  readonly matchers: readonly Matcher[];
  /** Inclusive. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly author: string;
  readonly comment: string;
  /** When it was made. */
  readonly created: number;
}
