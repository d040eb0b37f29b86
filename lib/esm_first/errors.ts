/** A mapping that the engine cannot carry out as it is declared. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
  /** The setting, under CloudFormation's name. */
  readonly setting: string;

  constructor(setting: string, problem: string, remedy: string) {
    super(`event source mapping: ${setting} ${problem}; ${remedy}`);
    this.setting = setting;
  }
}
