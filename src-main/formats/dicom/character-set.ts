/**
 * Texts of a DICOM object by its Specific Character Set (0008,0005). Source: PS3.3 section
 * C.12.1.1.2 for the defined terms, PS3.5 section 6.1 and annexes H to K for code extensions by
 * escape sequences (ISO 2022). What does not decode is shown as U+FFFD and said, never as other
 * letters.
 */
import type { DataSet } from 'dicom-parser';
import type { ImportNote } from '../../contract/domain.ts';

const SPECIFIC_CHARACTER_SET = 'x00080005';
const ESCAPE = 0x1b;
const UNDECODED = '\ufffd';

/** Single-byte sets by their ISO registration number, as TextDecoder calls them. */
const BY_REGISTRATION: Readonly<Record<string, string>> = {
  ...{ 6: 'ascii', 100: 'iso-8859-1', 101: 'iso-8859-2', 109: 'iso-8859-3', 110: 'iso-8859-4' },
  ...{ 144: 'iso-8859-5', 127: 'iso-8859-6', 126: 'iso-8859-7', 138: 'iso-8859-8' },
  ...{ 148: 'iso-8859-9', 203: 'iso-8859-15', 166: 'windows-874', 192: 'utf-8' },
  // JIS X 0201: half-width katakana, which Shift_JIS has at the same place.
  13: 'shift_jis',
};

/** Multi-byte sets that begin with ASCII and are reached by an escape sequence. */
const EXTENSIONS: ReadonlySet<string> = new Set(['87', '159', '149', '58']);

/** A set that is invoked for bytes below 0x80 (G0) or from 0x80 on (G1). */
interface CodeSet {
  readonly half: 'G0' | 'G1';
  /** Null for two bytes of JIS X 0208 or 0212 in G0, which EUC-JP has with their high bits set. */
  readonly decoder: string | null;
  /** Put before each two bytes, for JIS X 0212. */
  readonly prefix?: number;
}

/** By the bytes after ESC. */
const DESIGNATIONS: readonly (readonly [string, CodeSet])[] = [
  ['$(D', { half: 'G0', decoder: null, prefix: 0x8f }],
  ['$)C', { half: 'G1', decoder: 'euc-kr' }],
  ['$)A', { half: 'G1', decoder: 'gbk' }],
  ['$B', { half: 'G0', decoder: null }],
  ['(B', { half: 'G0', decoder: 'ascii' }],
  ['(J', { half: 'G0', decoder: 'ascii' }],
  [')I', { half: 'G1', decoder: 'shift_jis' }],
  ['-A', { half: 'G1', decoder: 'iso-8859-1' }],
  ['-B', { half: 'G1', decoder: 'iso-8859-2' }],
  ['-C', { half: 'G1', decoder: 'iso-8859-3' }],
  ['-D', { half: 'G1', decoder: 'iso-8859-4' }],
  ['-L', { half: 'G1', decoder: 'iso-8859-5' }],
  ['-G', { half: 'G1', decoder: 'iso-8859-6' }],
  ['-F', { half: 'G1', decoder: 'iso-8859-7' }],
  ['-H', { half: 'G1', decoder: 'iso-8859-8' }],
  ['-M', { half: 'G1', decoder: 'iso-8859-9' }],
  ['-b', { half: 'G1', decoder: 'iso-8859-15' }],
  ['-T', { half: 'G1', decoder: 'windows-874' }],
];

/** Reads texts of one object, and notes once what it could not decode. */
export interface TextReader {
  /** A text element without its padding; null where it is missing or empty. */
  text(dataSet: DataSet, tag: string): string | null;
}

export function textReader(dataSet: DataSet, notes: ImportNote[]): TextReader {
  const terms = (dataSet.string(SPECIFIC_CHARACTER_SET) ?? '').split('\\').map((one) => one.trim());
  const first = decoderOf(terms[0] ?? '');
  const extended = terms.length > 1 || /2022/.test(terms[0] ?? '');
  const noted = new Set<string>();
  const note = (one: ImportNote): void => {
    if (!noted.has(one.code)) notes.push(one);
    noted.add(one.code);
  };
  return {
    text(from, tag) {
      const bytes = bytesOf(from, tag);
      if (bytes.length === 0) return null;
      const decoded =
        first === null
          ? asAscii(bytes)
          : extended && bytes.includes(ESCAPE)
            ? withEscapes(bytes, first)
            : undeclared(terms, bytes)
              ? guessed(bytes, note)
              : decode(bytes, first);
      if (decoded.includes(UNDECODED)) note(undecoded(terms, first === null));
      return decoded.trim() === '' ? null : decoded.trim();
    },
  };
}

/** Without the blank or NUL that makes its length even. */
function bytesOf(dataSet: DataSet, tag: string): Uint8Array {
  const element = dataSet.elements[tag];
  if (!element || element.length === 0) return new Uint8Array(0);
  const { dataOffset, length } = element;
  let end = Math.min(dataSet.byteArray.length, dataOffset + length);
  while (end > dataOffset && (dataSet.byteArray[end - 1] ?? 0) <= 0x20) end--;
  return Uint8Array.from(dataSet.byteArray.subarray(dataOffset, end));
}

/** TextDecoder's name of a defined term; null for one that is not known. Writers vary its blanks. */
function decoderOf(term: string): string | null {
  if (term === '') return 'ascii';
  if (/^(?:GB18030|GBK)$/i.test(term)) return term.toLowerCase();
  const registration = /^ISO[ _-]?(?:2022[ _-]?)?IR[ _-]?(\d+)$/i.exec(term)?.[1] ?? '';
  if (EXTENSIONS.has(registration)) return 'ascii';
  return BY_REGISTRATION[registration] ?? null;
}

function undeclared(terms: readonly string[], bytes: Uint8Array): boolean {
  return terms.every((term) => term === '') && bytes.some((byte) => byte >= 0x80);
}

function undecoded(terms: readonly string[], isUnknown: boolean): ImportNote {
  const declared = terms.join('\\').slice(0, 40);
  return {
    kind: 'assumed',
    code: 'dicom-undecoded-text',
    message: isUnknown
      ? `The character set "${declared}" is not known here (0008,0005); letters outside ASCII are shown as ${UNDECODED}.`
      : `A text is not in the character set that the file declares, "${declared}" (0008,0005); what does not decode is shown as ${UNDECODED}.`,
  };
}

/** Files that declare no set and use one: UTF-8 where it is that, else Latin-1. */
function guessed(bytes: Uint8Array, note: (one: ImportNote) => void): string {
  const utf8 = decode(bytes, 'utf-8');
  const isUtf8 = !utf8.includes(UNDECODED);
  note({
    kind: 'assumed',
    code: 'dicom-character-set',
    message: `The file declares no character set (0008,0005) and has letters outside ASCII: they were taken for ${isUtf8 ? 'UTF-8' : 'Latin-1'}.`,
  });
  return isUtf8 ? utf8 : decode(bytes, 'iso-8859-1');
}

function decode(bytes: Uint8Array, decoder: string): string {
  return decoder === 'ascii' ? asAscii(bytes) : new TextDecoder(decoder).decode(bytes);
}

function asAscii(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : UNDECODED)).join(
    '',
  );
}

/** Delimiters of values, components and lines, after which the first set holds again. */
const RESETS: ReadonlySet<number> = new Set([...'\\^=\t\n\f\r'].map((one) => one.charCodeAt(0)));

function withEscapes(bytes: Uint8Array, first: string): string {
  let g0: CodeSet = { half: 'G0', decoder: 'ascii' };
  let g1: CodeSet = { half: 'G1', decoder: first };
  const initial = g1;
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === ESCAPE) {
      const found = designationAt(bytes, at + 1);
      if (found?.set.half === 'G0') g0 = found.set;
      else if (found) g1 = found.set;
      else text += UNDECODED;
      at += 1 + (found?.length ?? 0);
      continue;
    }
    // A delimiter is ASCII, so no byte of a two-byte set in G0.
    const end = runEnd(bytes, at, g0);
    text += decodedRun(bytes.subarray(at, end), g0, g1);
    at = end;
    if (g0.decoder !== null && RESETS.has(bytes[at - 1] ?? 0)) {
      g0 = { half: 'G0', decoder: 'ascii' };
      // Some writers do not name the set again that they began with.
      if (initial.decoder !== 'ascii') g1 = initial;
    }
  }
  return text;
}

function designationAt(
  bytes: Uint8Array,
  at: number,
): { readonly set: CodeSet; readonly length: number } | null {
  const sequence = String.fromCharCode(...bytes.subarray(at, at + 3));
  const found = DESIGNATIONS.find(([name]) => sequence.startsWith(name));
  return found ? { set: found[1], length: found[0].length } : null;
}

/** Up to the next escape, or after the next delimiter. */
function runEnd(bytes: Uint8Array, from: number, g0: CodeSet): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === ESCAPE) return at;
    if (g0.decoder !== null && RESETS.has(byte)) return at + 1;
  }
  return bytes.length;
}

function decodedRun(bytes: Uint8Array, g0: CodeSet, g1: CodeSet): string {
  if (g0.decoder !== null) return decode(bytes, g1.decoder ?? 'ascii');
  if (bytes.length % 2 !== 0 || bytes.some((byte) => byte < 0x21 || byte > 0x7e)) {
    return UNDECODED;
  }
  const euc: number[] = [];
  for (let i = 0; i < bytes.length; i += 2) {
    if (g0.prefix !== undefined) euc.push(g0.prefix);
    euc.push((bytes[i] ?? 0) | 0x80, (bytes[i + 1] ?? 0) | 0x80);
  }
  return decode(Uint8Array.from(euc), 'euc-jp');
}
