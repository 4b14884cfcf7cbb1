/** The blocks of an ATC file, each checked by its checksum. */
import { crc32 } from 'node:zlib';
import type { ImportNote } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';

const FIRST_BLOCK = 12;
const BLOCK_OVERHEAD = 12;
/** A file with more oddities than this is not walked to its end. */
const MOST_NOTES = 100;

/** Data of each block by its id. `damaged-file` where a block is cut off or its checksum is wrong. */
export function blocksOf(bytes: Buffer, notes: ImportNote[]): Map<string, Buffer> {
  const blocks = new Map<string, Buffer>();
  let at = FIRST_BLOCK;
  while (at + BLOCK_OVERHEAD <= bytes.length) {
    const id = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) {
      throw new RhythmarkError(
        'damaged-file',
        `Block "${printable(id)}" ends ${(end + 4 - bytes.length).toLocaleString('en')} bytes early at byte ${bytes.length.toLocaleString('en')}. The file is cut off: copy it again from the recorder.`,
      );
    }
    if (!isChecked(bytes.subarray(at, end), bytes.readUInt32LE(end))) {
      throw new RhythmarkError(
        'damaged-file',
        `The checksum of block "${printable(id)}" at byte ${at.toLocaleString('en')} does not fit its content. Copy the file again from the recorder.`,
      );
    }
    if (blocks.has(id)) {
      notes.push({
        kind: 'ignored',
        code: 'atc-second-block',
        message: `The file holds a second block "${printable(id)}", which is not read.`,
        place: `byte ${at}`,
      });
      if (notes.length > MOST_NOTES) break;
    } else {
      blocks.set(id, bytes.subarray(at + 8, end));
    }
    at = end + 4;
  }
  if (at < bytes.length) {
    notes.push({
      kind: 'ignored',
      code: 'atc-trailing',
      message: `${bytes.length - at} bytes after the last block are not read.`,
      place: `byte ${at}`,
    });
  }
  return blocks;
}

/**
 * The document calls the checksum a "cyclic sum" of all bytes in one place and a "CRC32 sum" in
 * another; files of either kind are taken.
 */
function isChecked(block: Buffer, stated: number): boolean {
  let sum = 0;
  for (const byte of block) sum = (sum + byte) >>> 0;
  return sum === stated || crc32(block) === stated;
}

export function printable(id: string): string {
  return id.replace(/[^\x20-\x7e]/g, '?').trim();
}
