/** A definition that cannot work: which field, why, and what to write instead. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  /** Path of the field in the definition, such as `aggregates.delays.pane`. */
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;

  constructor(field: string, problem: string, remedy: string) {
    super(`pipeline: ${field} ${problem}; ${remedy}`);
    this.field = field;
    this.problem = problem;
    this.remedy = remedy;
  }
}
