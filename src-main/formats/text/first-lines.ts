/** The first lines of a text file, for finding out how it is laid out. */
import type { ByteSource } from '../byte-source.ts';

/** Enough for ten seconds of a 12-lead table at 250 Hz. */
const HEAD_BYTES = 1 << 18;
const MOST_LINES = 12_000;

export interface FirstLines {
  readonly lines: readonly string[];
  readonly encoding: 'bytes' | 'utf-16';
  /** Byte at which line `index` begins, or the end of what was looked at. */
  offsetOf(index: number): number;
}

export async function firstLines(source: ByteSource): Promise<FirstLines> {
  const head = await source.read(0, HEAD_BYTES);
  return splitLines(head, head.length < source.size);
}

/** Whole lines only, unless the file ends with its last one. */
export function splitLines(head: Uint8Array, isCut: boolean): FirstLines {
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
    encoding: isUtf16(head) ? 'utf-16' : 'bytes',
    offsetOf: (index) => offsets[index] ?? start,
  };
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

/** By its byte order mark, or by a NUL beside every character. */
export function isUtf16(head: Uint8Array): boolean {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return true;
  if (head.length < 16) return false;
  const inEvery = (odd: number) =>
    [0, 2, 4, 6, 8, 10, 12, 14].every(
      (i) => isCharacter(head[i + 1 - odd] ?? 0) && head[i + odd] === 0,
    );
  return inEvery(0) || inEvery(1);
}

function isCharacter(byte: number): boolean {
  return (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13;
}
