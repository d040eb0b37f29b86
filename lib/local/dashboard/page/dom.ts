/** What an element may be given when it is made. */
export interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  /** Attributes by name; one that is undefined is left out. */
  readonly attributes?: Readonly<Record<string, string | undefined>>;
  readonly onClick?: () => void;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Makes an element. Text goes in as text: whatever it holds, it is never read as markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  options: ElementOptions = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (options.text !== undefined) made.textContent = options.text;
  if (options.class !== undefined) made.className = options.class;
  setAttributes(made, options.attributes ?? {});
  if (options.onClick !== undefined) made.addEventListener('click', options.onClick);
  made.append(...children);
  return made;
}

/** Makes an element of SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, name);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** Sets attributes, and takes away those that are undefined; leaves alone what is as it should be. */
export function setAttributes(
  target: Element,
  attributes: Readonly<Record<string, string | undefined>>,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) target.removeAttribute(name);
    else if (target.getAttribute(name) !== value) target.setAttribute(name, value);
  }
}

/** Sets the text of a node, unless it is that already: what has not changed is not announced or laid out again. */
export function setText(target: Node, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** An element of index.html. @throws {Error} if it is not there */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no element '${id}'`);
  return found;
}
