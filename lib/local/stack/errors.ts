/** A compiled template that cannot be run locally; the message names resource, property, and what to do. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
