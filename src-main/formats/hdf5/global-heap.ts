/**
 * Global heaps of an HDF5 file, where it keeps texts of variable length, checked before the library
 * reads them: a damaged one sends it round in a loop that nothing in this process can end. Source:
 * HDF5 File Format Specification, section III.E (signature GCOL, version 1).
 */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ByteSource } from '../byte-source.ts';

const SIGNATURE = Buffer.from('GCOL\x01\0\0\0', 'latin1');
const HEADER_BYTES = 16;
const OBJECT_HEADER_BYTES = 16;
/** Texts of a recording fill one heap of 4 KB; a collection larger than this is none of ours. */
const MOST_HEAP_BYTES = 1 << 20;
const BLOCK_BYTES = 4 << 20;
/** Of a larger file the beginning and the end are looked at, where writers put their texts. */
const MOST_SCANNED_BYTES = 64 << 20;

/** `damaged-file` where the objects of a heap do not follow one another to its end. */
export async function checkGlobalHeaps(source: ByteSource): Promise<void> {
  const half = MOST_SCANNED_BYTES / 2;
  const whole = source.size <= MOST_SCANNED_BYTES;
  await checkRange(source, 0, whole ? source.size : half);
  if (!whole) await checkRange(source, source.size - half, source.size);
}

async function checkRange(source: ByteSource, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += BLOCK_BYTES) {
    // Overlapping by a heap's header, so that one at the seam is seen.
    const bytes = Buffer.from(await source.read(at, BLOCK_BYTES + HEADER_BYTES));
    for (let i = bytes.indexOf(SIGNATURE); i >= 0 && i < BLOCK_BYTES;) {
      await checkHeap(source, at + i);
      i = bytes.indexOf(SIGNATURE, i + 1);
    }
  }
}

async function checkHeap(source: ByteSource, at: number): Promise<void> {
  const head = Buffer.from(await source.read(at, HEADER_BYTES));
  if (head.length < HEADER_BYTES) return;
  const size = Number(head.readBigUInt64LE(8));
  if (size < HEADER_BYTES || size > MOST_HEAP_BYTES) throw damaged(at);
  const heap = Buffer.from(await source.read(at, size));
  for (let object = HEADER_BYTES; object + OBJECT_HEADER_BYTES <= heap.length;) {
    const index = heap.readUInt16LE(object);
    const bytes = Number(heap.readBigUInt64LE(object + 8));
    // Free space (index 0) counts its own header; texts are padded to eight bytes.
    const taken = index === 0 ? bytes : OBJECT_HEADER_BYTES + Math.ceil(bytes / 8) * 8;
    if (taken < OBJECT_HEADER_BYTES || object + taken > size) throw damaged(at);
    object += taken;
  }
}

function damaged(at: number): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `The HDF5 file has a damaged store of texts at byte ${at.toLocaleString('en')}. Copy it again.`,
  );
}
