/**
 * Under CI, properties are checked with one seed, so that a check of the same code gives the same answer. Everywhere else each
 * run takes another, which a failure tells.
 */
if (process.env.CI !== undefined) {
  const { configureGlobal } = await import('fast-check');
  configureGlobal({ seed: 20_010_614 });
}
