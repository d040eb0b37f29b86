/** A compiled CloudFormation template, as far as the rules look into it. */
export interface MappingTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
}

export function faultsOfMappings(template: MappingTemplate): string[];
