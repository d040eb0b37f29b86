// How often serverless.yml has the function come.
const RUN_MS = 10 * 60_000;
const LONGEST = 8;

/**
 * Whether a message that earlier runs kept is due again, in runs that come by the clock, about every ten minutes: in the
 * first of them, and then once or twice after each of 10, 20, 40, 80, 160, 240, … minutes. What will not be repaired by waiting
 * must not be read back, and its refused records set aside, in every run until somebody looks at it.
 *
 * It goes by age and not by how often the message was received: whoever lists the queue receives it too.
 *
 * @param ageMs from when the message was sent to when the run began, in ms
 */
export function everLater(ageMs: number): boolean {
  const run = Math.floor(Math.max(0, ageMs) / RUN_MS);
  // Runs are not on time to the second, and one may find hidden what the one before it still holds: two have a turn.
  return isTurn(run) || isTurn(run - 1);
}

function isTurn(run: number): boolean {
  return run % LONGEST === 0 || [1, 2, 4].includes(run);
}
