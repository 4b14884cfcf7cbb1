/** Lines of a text file by byte range, without keeping more than a piece of it in memory. */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ByteSource } from '../byte-source.ts';

/** Bytes [start, end) of `bytes` are a line without its end; `offset` is where it is in the file. */
export type LineVisitor = (
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
) => 'go-on' | 'stop';

const READ_BYTES = 1 << 20;
const [LF, CR] = [10, 13];

/** Visits lines from byte `from`, which begins one, until the end of the file or `stop`. */
export async function visitLines(
  source: ByteSource,
  from: number,
  visit: LineVisitor,
  readBytes: number = READ_BYTES,
): Promise<void> {
  let at = from;
  while (at < source.size) {
    const bytes = await source.read(at, readBytes);
    if (bytes.length === 0) return; // the file shrank since it was opened
    const isLast = at + bytes.length >= source.size;
    let start = 0;
    while (start < bytes.length) {
      let end = bytes.indexOf(LF, start);
      if (end < 0) {
        if (!isLast) break;
        end = bytes.length;
      }
      const lineEnd = end > start && bytes[end - 1] === CR ? end - 1 : end;
      if (visit(bytes, start, lineEnd, at + start) === 'stop') return;
      start = end + 1;
    }
    if (start === 0)
      throw new RhythmarkError(
        'damaged-file',
        `The line at byte ${at.toLocaleString('en')} is longer than ${readBytes.toLocaleString('en')} bytes. This is no table of samples.`,
        `byte ${at}`,
      );
    at += Math.min(start, bytes.length);
  }
}
