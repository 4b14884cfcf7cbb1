/**
 * XML for the exchange formats: bytes to a tree that is safe to walk. Entities are not expanded
 * (a "billion laughs" stays what it is), external DTDs are never fetched, and size and depth have
 * limits, because anybody can send a technician a file.
 */
import type { X2jOptions } from 'fast-xml-parser';
import type { ImportNote } from '../contract/domain.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { readWhole } from './held-recording.ts';
import { LIMITS } from './limits.ts';

const ATTRIBUTE = '@';
const TEXT = '#text';

const OPTIONS: X2jOptions = {
  ignoreAttributes: false,
  attributeNamePrefix: ATTRIBUTE,
  textNodeName: TEXT,
  removeNSPrefix: true,
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  // Text may come in pieces, around a comment or in CDATA: trimmed one by one, `1 2` and `3` were `1 23`.
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Every element as a list: one lead or twelve are then walked the same way.
  isArray: (_name, _path, _leaf, attribute) => !attribute,
};

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
    return this.attributeAsIs(name).trim();
  }

  /** An attribute's value with the blanks around it: a separator may be one. */
  attributeAsIs(name: string): string {
    const value = property(this.#node, ATTRIBUTE + name);
    return typeof value === 'string' ? unescaped(value) : '';
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

const DECIMAL = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

/** A decimal number, or NaN for anything else, the empty text and `0x10` included. */
export function numberOf(text: string): number {
  return DECIMAL.test(text) ? Number(text) : NaN;
}

/**
 * The document's root element. Errors: `too-large`; `damaged-file` where it is not well formed,
 * with line and column when the parser knows them.
 */
export async function readXml(
  source: ByteSource,
  rootName: string,
  notes: ImportNote[],
): Promise<XmlElement> {
  const { text, assumed } = decoded(await readWhole(source, LIMITS.xmlBytes));
  if (assumed) {
    notes.push({
      kind: 'assumed',
      code: 'xml-encoding',
      message:
        'The file is not in the encoding that it declares, or in none that is known; its letters were taken for Windows-1252.',
    });
  }
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
  // Loaded when the first file needs it, as every library that reads one kind of file: all of them
  // are a sixth of what each process loads before its first recording.
  const { XMLParser } = await import('fast-xml-parser');
  let document: unknown;
  try {
    // The second argument validates: a file that is cut off must not pass for a short recording.
    document = new XMLParser(OPTIONS).parse(text, true);
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

/**
 * Text of an XML file by its byte order mark, else by its declaration, else UTF-8. Where the bytes
 * are none of what is declared they are taken for Windows-1252, which every byte is.
 */
export function decodeXml(bytes: Uint8Array): string {
  return decoded(bytes).text;
}

function decoded(bytes: Uint8Array): { readonly text: string; readonly assumed: boolean } {
  const label = encodingOf(bytes);
  try {
    // A character may be cut at the end of a file's first bytes.
    const text = new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true });
    return { text, assumed: false };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), assumed: true };
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return 'utf-16be';
  const declaration = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const label = /encoding\s*=\s*["']([\w.-]+)["']/i.exec(declaration)?.[1] ?? 'utf-8';
  // One byte a character was enough to read the declaration: it is no UTF-16.
  return /^utf-16|^ucs-2/i.test(label) ? 'utf-8' : label;
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
