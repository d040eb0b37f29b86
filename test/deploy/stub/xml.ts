/** What an XML element holds: text, elements by name, or (a list) the same element several times. */
export type Content =
  string | number | boolean | undefined | readonly Content[] | { readonly [name: string]: Content };

/** An XML document in the way of the AWS query protocol and of S3: `xml('A', { B: ['x', 'y'] })` is `<A><B>x</B><B>y</B></A>`. */
export function xml(name: string, content: Content): string {
  if (content === undefined) return '';
  if (isList(content)) return content.map((item) => xml(name, item)).join('');
  return `<${name}>${inner(content)}</${name}>`;
}

function inner(content: Exclude<Content, undefined | readonly Content[]>): string {
  if (typeof content !== 'object') return escape(String(content));
  return Object.entries(content)
    .map(([name, value]) => xml(name, value))
    .join('');
}

function isList(content: Content): content is readonly Content[] {
  return Array.isArray(content);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
