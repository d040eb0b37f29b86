/**
 * What a reader with a screen reader, a keyboard or weak eyes would stumble over, found in the page itself. Bundled and evaluated
 * in the browser by the tests.
 */

/** Faults of the page as it stands, each in words; none if it is fine. */
export function faults(): string[] {
  return [...unnamed(), ...ambiguousIds(), ...brokenReferences(), ...faint(), ...outOfOrder()];
}

/** Elements that are operated or stand for something, and have no name that could be read out. */
function unnamed(): string[] {
  const wanted =
    'button, input, select, dialog[open], [role=img], [role=button], [role=region], [role=tablist], section';
  return visible(wanted)
    .filter((element) => nameOf(element) === '')
    .map((element) => `no name: ${describe(element)}`);
}

function ambiguousIds(): string[] {
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  return ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `id twice: ${id}`);
}

function brokenReferences(): string[] {
  return ['aria-labelledby', 'aria-controls', 'aria-activedescendant', 'for'].flatMap((attribute) =>
    [...document.querySelectorAll(`[${attribute}]`)]
      .filter((element) => document.getElementById(element.getAttribute(attribute) ?? '') === null)
      .map((element) => `${attribute} names nothing: ${describe(element)}`),
  );
}

/** Text whose contrast is less than 4.5 : 1, or 3 : 1 if it is large: https://www.w3.org/TR/WCAG22/#contrast-minimum */
function faint(): string[] {
  return visible('body *').flatMap((element) => {
    const hasText = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
    );
    // Controls that cannot be used are exempt, and what is in a picture is checked by its palette.
    if (!hasText || element instanceof SVGElement || element.matches(':disabled, [hidden]')) return [];
    const style = getComputedStyle(element);
    const ratio = contrast(rgb(style.color), groundOf(element));
    const least = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
    return ratio < least ? [`contrast ${ratio.toFixed(2)}: ${describe(element)}`] : [];
  });
}

/** Headings that skip a level. */
function outOfOrder(): string[] {
  const levels = visible('h1, h2, h3, h4').map((heading) => Number(heading.tagName.slice(1)));
  return levels.flatMap((level, index) =>
    index > 0 && level > (levels[index - 1] ?? 0) + 1
      ? [`heading h${level} after h${levels[index - 1] ?? 0}`]
      : [],
  );
}

function visible(selector: string): Element[] {
  return [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
}

function nameOf(element: Element): string {
  const labelled = element.getAttribute('aria-labelledby');
  if (labelled !== null) return document.getElementById(labelled)?.textContent ?? '';
  const label = element.getAttribute('aria-label');
  if (label !== null) return label;
  if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement)
    return [...(element.labels ?? [])].map(({ textContent }) => textContent).join(' ');
  return element.matches('section') ? '' : element.textContent.trim();
}

function groundOf(element: Element): Rgb {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at);
    if (backgroundColor !== 'rgba(0, 0, 0, 0)') return rgb(backgroundColor);
  }
  return [255, 255, 255];
}

type Rgb = readonly [number, number, number];

function rgb(colour: string): Rgb {
  const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b];
}

function contrast(a: Rgb, b: Rgb): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [r = 0, g = 0, b = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function describe(element: Element): string {
  const id = element.id === '' ? '' : `#${element.id}`;
  return `<${element.tagName.toLowerCase()}${id} class="${element.getAttribute('class') ?? ''}"> ${element.textContent.slice(0, 40)}`;
}
