/**
 * The outer structure of an SCP-ECG record: pointers (section 0) and checked sections. Source:
 * EN 1064:2005+A1 (ISO 11073-91064), clauses 5.2 and 5.3.
 */
import type { ImportNote } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { crcCcitt } from '../crc.ts';

const RECORD_HEADER = 6;
const SECTION_HEADER = 16;
const POINTER_BYTES = 10;
/** Sections above are of a later edition or the manufacturer's own. */
const LAST_SECTION = 11;

/** A section's data after its 16-byte header, and where it lies, for messages. */
export interface Section {
  readonly id: number;
  readonly data: Buffer;
  readonly at: number;
}

export interface ScpRecord {
  readonly sections: ReadonlyMap<number, Section>;
  readonly notes: ImportNote[];
}

export function looksLikeScp(head: Uint8Array): boolean {
  // `SCPECG` stands in the reserved bytes of section 0 since version 1.3 of the protocol.
  return head.length >= 22 && Buffer.from(head.subarray(16, 22)).toString('latin1') === 'SCPECG';
}

/** Errors: `damaged-file` with section and byte. A wrong checksum is a note, not an error. */
export function readRecord(bytes: Buffer): ScpRecord {
  const notes: ImportNote[] = [];
  if (bytes.length < RECORD_HEADER + SECTION_HEADER) {
    throw new RhythmarkError('damaged-file', 'The SCP record ends before its first section.');
  }
  const size = bytes.readUInt32LE(2);
  if (size > bytes.length) {
    throw new RhythmarkError(
      'damaged-file',
      `The SCP record states ${size.toLocaleString('en')} bytes and ends ${(size - bytes.length).toLocaleString('en')} bytes early at byte ${bytes.length.toLocaleString('en')}. The file is cut off: copy it again from the recorder.`,
    );
  }
  checkCrc(
    bytes.subarray(2, Math.max(RECORD_HEADER, size)),
    bytes.readUInt16LE(0),
    'record',
    0,
    notes,
  );

  const pointers = sectionAt(bytes, 0, RECORD_HEADER, bytes.readUInt32LE(RECORD_HEADER + 4), notes);
  const sections = new Map<number, Section>([[0, pointers]]);
  for (let at = 0; at + POINTER_BYTES <= pointers.data.length; at += POINTER_BYTES) {
    const id = pointers.data.readUInt16LE(at);
    const length = pointers.data.readUInt32LE(at + 2);
    const index = pointers.data.readUInt32LE(at + 6);
    // Pointers count bytes from 1; absent sections have length 0.
    if (id === 0 || length <= SECTION_HEADER || index === 0) continue;
    // Of others nothing is read, so they need not be whole; a section stated twice is read once.
    if (id > LAST_SECTION || sections.has(id)) continue;
    sections.set(id, sectionAt(bytes, id, index - 1, length, notes));
  }
  return { sections, notes };
}

function sectionAt(
  bytes: Buffer,
  id: number,
  at: number,
  length: number,
  notes: ImportNote[],
): Section {
  const end = at + length;
  if (length < SECTION_HEADER || end > bytes.length) {
    throw new RhythmarkError(
      'damaged-file',
      `Section ${id}, ${nameOf(id)}, ends ${Math.max(0, end - bytes.length).toLocaleString('en')} bytes early at byte ${bytes.length.toLocaleString('en')}. The file is cut off: copy it again from the recorder.`,
    );
  }
  const found = bytes.readUInt16LE(at + 2);
  if (found !== id) {
    throw new RhythmarkError(
      'damaged-file',
      `Section ${found} lies where section ${id} should, at byte ${at.toLocaleString('en')}.`,
    );
  }
  checkCrc(bytes.subarray(at + 2, end), bytes.readUInt16LE(at), `section ${id}`, at, notes);
  return { id, data: bytes.subarray(at + SECTION_HEADER, end), at: at + SECTION_HEADER };
}

function checkCrc(
  covered: Buffer,
  stated: number,
  what: string,
  at: number,
  notes: ImportNote[],
): void {
  if (crcCcitt(covered) === stated) return;
  notes.push({
    kind: 'assumed',
    code: 'scp-checksum',
    message: `The checksum of the ${what} does not fit its content: it may be damaged, or the device computes it in another way.`,
    place: `byte ${at.toLocaleString('en')}`,
  });
}

function nameOf(id: number): string {
  return SECTION_NAMES[id] ?? 'manufacturer specific';
}

const SECTION_NAMES: Readonly<Record<number, string>> = {
  0: 'pointers',
  1: 'header information',
  2: 'Huffman tables',
  3: 'lead definition',
  4: 'QRS locations',
  5: 'reference beat',
  6: 'rhythm data',
  7: 'measurements',
  8: 'diagnosis',
  9: 'manufacturer data',
  10: 'lead measurements',
  11: 'statement codes',
};
