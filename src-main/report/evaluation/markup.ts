/** HTML and SVG as text; what comes from outside is escaped here and nowhere else. */

/** Text that is markup already. */
export interface Markup {
  readonly markup: string;
}

type Attributes = Readonly<Record<string, string | number>>;

const VOID: ReadonlySet<string> = new Set(['meta', 'line', 'rect', 'circle', 'polyline']);

/** An element; a plain text among its children is escaped. */
export function element(
  name: string,
  attributes: Attributes,
  ...children: readonly (Markup | string)[]
): Markup {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  if (VOID.has(name)) return { markup: `<${name}${written}/>` };
  const content = children
    .map((child) => (typeof child === 'string' ? escaped(child) : child.markup))
    .join('');
  return { markup: `<${name}${written}>${content}</${name}>` };
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
