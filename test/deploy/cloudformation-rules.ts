import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import type { Template } from './template.ts';

class TemplateInMemory extends TemplateFile {
  readonly #template: Template;

  constructor(template: Template) {
    super('template.json');
    this.#template = template;
  }

  override readBytes(): Uint8Array {
    return Buffer.from(JSON.stringify(this.#template));
  }
}

/** The rules of CloudFormation, as far as they can be checked without it. */
export class CloudFormationRules {
  readonly #engine = new RegoEngine();

  /** What in a template CloudFormation would refuse. */
  faults(template: Template): string[] {
    const { diagnostics } = this.#engine.validateStandard(new TemplateInMemory(template));
    // W3030 is a value outside an enumeration, which CloudFormation refuses.
    return diagnostics
      .filter(({ severity, ruleId }) => severity === 'ERROR' || severity === 'FATAL' || ruleId === 'W3030')
      .map(({ ruleId, message }) => `${ruleId}: ${message}`);
  }

  free(): void {
    this.#engine.free();
  }
}
