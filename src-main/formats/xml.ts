/**
 * XML for the exchange formats: bytes to a tree that is safe to walk. Entities are not expanded
 * (a "billion laughs" stays what it is), external DTDs are never fetched, and size and depth have
 * limits, because anybody can send a technician a file.
 */
import { XMLParser } from 'fast-xml-parser';
import { RhythmarkError } from '../contract/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { readWhole } from './held-recording.ts';
import { LIMITS } from './limits.ts';

const ATTRIBUTE = '@';
const TEXT = '#text';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: ATTRIBUTE,
  textNodeName: TEXT,
  removeNSPrefix: true,
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Every element as a list: one lead or twelve are then walked the same way.
  isArray: (_name, _path, _leaf, attribute) => !attribute,
});

/** One element: its text, its attributes, its children by name. Missing things are empty. */
export class XmlElement {
  readonly name: string;
  readonly #node: unknown;

  constructor(name: string, node: unknown) {
    this.name = name;
    this.#node = node;
  }

  /** Elements at the end of a path of names, in document order. */
  all(...path: readonly string[]): XmlElement[] {
    const [name, ...rest] = path;
    if (name === undefined) return [this];
    return this.#children(name).flatMap((child) => child.all(...rest));
  }

  /** The first element at the end of a path, or one without text, attributes and children. */
  first(...path: readonly string[]): XmlElement {
    return this.all(...path)[0] ?? new XmlElement(path[path.length - 1] ?? '', '');
  }

  get text(): string {
    const node = this.#node;
    if (typeof node === 'string') return unescaped(node).trim();
    const text = property(node, TEXT);
    return typeof text === 'string' ? unescaped(text).trim() : '';
  }

  /** An attribute's value; '' where it is missing. */
  attribute(name: string): string {
    const value = property(this.#node, ATTRIBUTE + name);
    return typeof value === 'string' ? unescaped(value).trim() : '';
  }

  /** Text as a number; NaN where it is none. */
  get number(): number {
    return numberOf(this.text);
  }

  #children(name: string): XmlElement[] {
    const value = property(this.#node, name);
    return Array.isArray(value) ? value.map((node) => new XmlElement(name, node)) : [];
  }
}

/** A decimal number, or NaN for anything else, the empty text included. */
export function numberOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}

/**
 * The document's root element. Errors: `too-large`; `damaged-file` where it is not well formed,
 * with line and column when the parser knows them.
 */
export async function readXml(source: ByteSource, rootName: string): Promise<XmlElement> {
  const text = decodeXml(await readWhole(source, LIMITS.xmlBytes));
  if (/<!ENTITY/i.test(text.slice(0, 65_536))) {
    throw new RhythmarkError(
      'damaged-file',
      'The file defines entities of its own, which no recorder does. It is not opened.',
    );
  }
  // Each tag costs memory many times its length; a document of nothing but tags is no recording.
  const tags = occurrences(text, '<');
  if (tags > LIMITS.xmlTags) {
    throw new RhythmarkError(
      'too-large',
      `The XML document has over ${LIMITS.xmlTags.toLocaleString('en')} tags, more than any recording.`,
    );
  }
  let document: unknown;
  try {
    // The second argument validates: a file that is cut off must not pass for a short recording.
    document = parser.parse(text, true);
  } catch (error) {
    throw new RhythmarkError(
      'damaged-file',
      'The XML is cut off or not well formed. Export the recording again.',
      error instanceof Error ? error.message.slice(0, 200) : undefined,
    );
  }
  const roots = property(document, rootName);
  const root: unknown = Array.isArray(roots) ? roots[0] : undefined;
  if (root === undefined) {
    throw new RhythmarkError('not-a-recording', `The file has no <${rootName}> element.`);
  }
  return new XmlElement(rootName, root);
}

/** Name of the root element in the first bytes of a file, without prefix; '' where it is no XML. */
export function rootNameOf(head: Uint8Array): string {
  const text = decodeXml(head)
    .replace(/<\?[\s\S]*?\?>/g, '')
    .replace(/<!--[\s\S]*?(-->|$)/g, '')
    .replace(/<!DOCTYPE[^>[]*(\[[\s\S]*?\])?[^>]*>/i, '');
  return /^\s*<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)/.exec(text)?.[1] ?? '';
}

/** Text of an XML file by its byte order mark, else by its declaration, else UTF-8. */
export function decodeXml(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const declaration = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const label = /encoding\s*=\s*["']([\w.-]+)["']/i.exec(declaration)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(/^utf-16/i.test(label) ? 'utf-8' : label).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** Counts no further than LIMITS.xmlTags. */
function occurrences(text: string, what: string): number {
  let count = 0;
  for (let at = text.indexOf(what); at >= 0 && count <= LIMITS.xmlTags; count++) {
    at = text.indexOf(what, at + 1);
  }
  return count;
}

function property(node: unknown, name: string): unknown {
  return typeof node === 'object' && node !== null && Object.hasOwn(node, name)
    ? Reflect.get(node, name)
    : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** The five predefined entities and character references; nothing else is replaced. */
function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, dec, hex, name) => {
    if (typeof name === 'string') return ENTITIES[name] ?? whole;
    const code = typeof dec === 'string' ? Number(dec) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
