/** That somebody has taken care of an alert of a key, as long as it goes on firing: it is not told of again. Times in ms. */
export interface Acknowledgement {
  readonly alert: string;
  readonly key: string;
  /** When the alert began to fire: another episode is not acknowledged. */
  readonly since: number;
  readonly author: string;
  readonly comment: string;
  /** When it was made, on the wall clock. */
  readonly at: number;
}
