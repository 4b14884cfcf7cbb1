/** Text in UTF-16, as Excel ("Unicode text") and some recorders write it. */
import type { ByteSource } from '../byte-source.ts';

/** Its endian by the byte order mark, or by a NUL beside every character; null for other text. */
export function utf16Of(head: Uint8Array): 'le' | 'be' | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'be';
  if (head.length < 16) return null;
  const everyOther = (odd: number) =>
    [0, 2, 4, 6, 8, 10, 12, 14].every(
      (i) => isCharacter(head[i + 1 - odd] ?? 0) && head[i + odd] === 0,
    );
  if (everyOther(1)) return 'le';
  return everyOther(0) ? 'be' : null;
}

function isCharacter(byte: number): boolean {
  return byte >= 32 || byte === 9 || byte === 10 || byte === 13;
}

/**
 * The file as one byte a character: itself, unless it is UTF-16. Numbers and marks are ASCII; what
 * is not becomes a question mark, and a byte order mark is left out. `close` closes the file.
 */
export async function oneByteSource(source: ByteSource): Promise<ByteSource> {
  const head = await source.read(0, 16);
  const endian = utf16Of(head);
  if (endian === null) return source;
  const low = endian === 'le' ? 0 : 1;
  const mark = (head[0] ?? 0) >= 0xfe ? 2 : 0;
  return {
    size: Math.floor((source.size - mark) / 2),
    async read(offset, length) {
      const wide = await source.read(mark + 2 * Math.max(0, offset), 2 * Math.max(0, length));
      const bytes = new Uint8Array(Math.floor(wide.length / 2));
      for (let i = 0; i < bytes.length; i++) {
        const character = wide[2 * i + low] ?? 0;
        bytes[i] = wide[2 * i + 1 - low] === 0 && character < 0x80 ? character : QUESTION_MARK;
      }
      return bytes;
    },
    close: () => source.close(),
  };
}

const QUESTION_MARK = 63;
