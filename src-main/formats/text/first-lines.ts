/** The first lines of a text file, for finding out how it is laid out. */
import type { ByteSource } from '../byte-source.ts';
import { utf16Of } from './utf-16.ts';

/** Enough for ten seconds of a 12-lead table at 250 Hz. */
const HEAD_BYTES = 1 << 18;
const MOST_LINES = 12_000;

export interface FirstLines {
  readonly lines: readonly string[];
  /** Byte of `oneByteSource` at which line `index` begins, or the end of what was looked at. */
  offsetOf(index: number): number;
}

export async function firstLines(source: ByteSource): Promise<FirstLines> {
  const head = await source.read(0, HEAD_BYTES);
  return splitLines(head, head.length < source.size);
}

/** Whole lines only, unless the file ends with its last one. */
export function splitLines(head: Uint8Array, isCut: boolean): FirstLines {
  const endian = utf16Of(head);
  if (endian !== null) return splitText(new TextDecoder(`utf-16${endian}`).decode(head), isCut);
  const decoder = new TextDecoder(isUtf8(head, isCut) ? 'utf-8' : 'latin1');
  const offsets: number[] = [];
  const lines: string[] = [];
  // A byte order mark is no part of the first name.
  let start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  while (start < head.length && lines.length < MOST_LINES) {
    const end = head.indexOf(10, start);
    if (end < 0 && isCut) break;
    offsets.push(start);
    const line = decoder.decode(head.subarray(start, end < 0 ? head.length : end));
    lines.push(line.replace(/\r$/, ''));
    start = end < 0 ? head.length : end + 1;
  }
  return {
    lines,
    offsetOf: (index) => offsets[index] ?? start,
  };
}

/**
 * Lines of UTF-16, by code units: of those each is one byte of `oneByteSource`, which leaves out a
 * byte order mark as TextDecoder does.
 */
function splitText(decoded: string, isCut: boolean): FirstLines {
  const offsets: number[] = [];
  const lines: string[] = [];
  let start = 0;
  while (start < decoded.length && lines.length < MOST_LINES) {
    const end = decoded.indexOf('\n', start);
    if (end < 0 && isCut) break;
    offsets.push(start);
    lines.push(decoded.slice(start, end < 0 ? decoded.length : end).replace(/\r$/, ''));
    start = end < 0 ? decoded.length : end + 1;
  }
  return { lines, offsetOf: (index) => offsets[index] ?? start };
}

function isUtf8(head: Uint8Array, isCut: boolean): boolean {
  try {
    // A character may be cut at the end.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: isCut });
    return true;
  } catch {
    return false;
  }
}
