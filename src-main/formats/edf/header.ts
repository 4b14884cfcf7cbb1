/**
 * The fixed-width text header of EDF, EDF+, BDF and BDF+.
 * Sources: Kemp et al. 1992 (EDF); Kemp and Olivan 2003 with the texts at edfplus.info (EDF+);
 * BioSemi's "Which file format" page (BDF: 24-bit samples, first byte 0xFF).
 */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ImportNote } from '../../contract/domain.ts';
import { readExactly, type ByteSource } from '../byte-source.ts';
import { LIMITS } from '../limits.ts';

export interface EdfSignal {
  readonly label: string;
  readonly dimension: string;
  readonly physicalMin: number;
  readonly physicalMax: number;
  readonly digitalMin: number;
  readonly digitalMax: number;
  readonly prefilter: string;
  readonly samplesPerRecord: number;
  /** Byte offset of this signal's samples inside a data record. */
  readonly byteOffset: number;
  /** True for `EDF Annotations` / `BDF Annotations`, whose bytes are text. */
  readonly annotations: boolean;
  /** The standard leaves it empty; Rhythmark's own files say there what own-marks.ts tells. */
  readonly reserved: string;
}

export interface EdfHeader {
  readonly format: 'EDF' | 'EDF+' | 'BDF' | 'BDF+';
  readonly bytesPerSample: 2 | 3;
  /** EDF+D / BDF+D: data records carry their own onset and may leave gaps. */
  readonly discontinuous: boolean;
  readonly patientField: string;
  readonly recordingField: string;
  /** `dd.mm.yy` and `hh.mm.ss` as stored. */
  readonly dateField: string;
  readonly timeField: string;
  readonly headerBytes: number;
  /** Whole data records that the file really holds. */
  readonly recordCount: number;
  readonly recordDurationS: number;
  readonly recordBytes: number;
  readonly signals: readonly EdfSignal[];
  readonly notes: readonly ImportNote[];
}

const FIXED_BYTES = 256;
const SIGNAL_BYTES = 256;

/** True for the first bytes of any file of the family. */
export function looksLikeEdf(head: Uint8Array): boolean {
  if (head.length < FIXED_BYTES) return false;
  const text = latin1(head.subarray(0, FIXED_BYTES));
  const bdf = text.startsWith('\u00ffBIOSEMI');
  const edf = /^0[ \0]{7}/.test(text);
  if (!bdf && !edf) return false;
  return /^\d+$/.test(clean(text.slice(252, 256))) && /^\d+$/.test(clean(text.slice(184, 192)));
}

/** Reads and checks the header. Errors: `damaged-file` with the field's byte, `too-large`. */
export async function readEdfHeader(source: ByteSource): Promise<EdfHeader> {
  const notes: ImportNote[] = [];
  const fixed = latin1(await readExactly(source, 0, FIXED_BYTES, 'The EDF header'));
  const bdf = fixed.startsWith('\u00ffBIOSEMI');
  if (!bdf && !/^0[ \0]/.test(fixed)) {
    throw new RhythmarkError('not-a-recording', 'This file does not begin like EDF or BDF.');
  }
  const reserved = clean(fixed.slice(192, 236));
  const plus = /^(EDF|BDF)\+[CD]/.test(reserved);
  const signalCount = wholeNumber(fixed, 252, 4, 'the number of signals', notes);
  if (signalCount < 1) throw damaged('the number of signals', 252, String(signalCount));
  if (signalCount > LIMITS.leads) {
    throw new RhythmarkError(
      'too-large',
      `The header names ${signalCount.toLocaleString('en')} signals; ${LIMITS.leads} is the most that is read.`,
    );
  }
  const recordDurationS = decimal(fixed, 244, 8, 'the duration of a data record', notes);
  if (!(recordDurationS >= 0) || recordDurationS > LIMITS.durationS) {
    throw damaged('the duration of a data record', 244, String(recordDurationS));
  }

  const headerBytes = FIXED_BYTES + signalCount * SIGNAL_BYTES;
  const stated = wholeNumber(fixed, 184, 8, 'the number of bytes in the header', notes);
  if (stated !== headerBytes) {
    notes.push({
      kind: 'repaired',
      code: 'edf-header-bytes',
      message: `Header states ${stated} bytes for itself; ${signalCount} signals take ${headerBytes}. The data is read from there.`,
      place: 'byte 184',
    });
  }
  const text = latin1(
    await readExactly(source, FIXED_BYTES, headerBytes - FIXED_BYTES, 'The EDF signal header'),
  );
  const bytesPerSample = bdf ? 3 : 2;
  const signals = parseSignals(text, signalCount, bytesPerSample, notes);
  const last = signals[signals.length - 1];
  const recordBytes = last ? last.byteOffset + last.samplesPerRecord * bytesPerSample : 0;
  if (recordBytes === 0 || recordBytes > LIMITS.wholeFileBytes) {
    throw damaged(
      'the samples in a data record',
      FIXED_BYTES + signalCount * 216,
      String(recordBytes),
    );
  }

  return {
    format: bdf ? (plus ? 'BDF+' : 'BDF') : plus ? 'EDF+' : 'EDF',
    bytesPerSample,
    discontinuous: /^(EDF|BDF)\+D/.test(reserved),
    patientField: maybeUtf8(fixed.slice(8, 88)).trim(),
    recordingField: maybeUtf8(fixed.slice(88, 168)).trim(),
    dateField: clean(fixed.slice(168, 176)),
    timeField: clean(fixed.slice(176, 184)),
    headerBytes,
    recordCount: countRecords(
      fixed,
      headerBytes,
      source.size - headerBytes,
      recordBytes,
      recordDurationS,
      notes,
    ),
    recordDurationS,
    recordBytes,
    signals,
    notes,
  };
}

function parseSignals(
  text: string,
  count: number,
  bytesPerSample: number,
  notes: ImportNote[],
): EdfSignal[] {
  /** Fields are stored field by field, not signal by signal. */
  const field = (before: number, width: number, index: number): [string, number] => {
    const at = before * count + width * index;
    return [text.slice(at, at + width), FIXED_BYTES + at];
  };
  const signals: EdfSignal[] = [];
  let byteOffset = 0;
  for (let i = 0; i < count; i++) {
    const read = (before: number, what: string): number => {
      const [raw, at] = field(before, 8, i);
      return numberOf(raw, at, `${what} of signal ${i + 1}`, notes);
    };
    const label = maybeUtf8(field(0, 16, i)[0]).trim();
    const samplesPerRecord = read(216, 'the samples per record');
    if (!Number.isInteger(samplesPerRecord) || samplesPerRecord < 0 || samplesPerRecord > 1e8) {
      throw damaged(
        `the samples per record of signal ${i + 1}`,
        field(216, 8, i)[1],
        String(samplesPerRecord),
      );
    }
    signals.push({
      label,
      dimension: maybeUtf8(field(96, 8, i)[0]).trim(),
      physicalMin: read(104, 'the physical minimum'),
      physicalMax: read(112, 'the physical maximum'),
      digitalMin: read(120, 'the digital minimum'),
      digitalMax: read(128, 'the digital maximum'),
      prefilter: clean(field(136, 80, i)[0]),
      samplesPerRecord,
      byteOffset,
      annotations: /^(EDF|BDF) Annotations$/.test(label),
      reserved: clean(field(224, 32, i)[0]),
    });
    byteOffset += samplesPerRecord * bytesPerSample;
  }
  return signals;
}

function countRecords(
  fixed: string,
  headerBytes: number,
  dataBytes: number,
  recordBytes: number,
  recordDurationS: number,
  notes: ImportNote[],
): number {
  const held = Math.max(0, Math.floor(dataBytes / recordBytes));
  const stated = numberOf(fixed.slice(236, 244), 236, 'the number of data records', notes);
  if (held === 0 && !(stated > 0)) {
    throw new RhythmarkError(
      'damaged-file',
      'The file ends after its header and holds no data record. Copy it again from the recorder.',
    );
  }
  // -1 and 0 are what recorders leave that were switched off before they could count.
  if (!(stated > 0) || !Number.isInteger(stated)) {
    notes.push({
      kind: 'repaired',
      code: 'edf-record-count',
      message: `Header does not state how many data records follow; the file holds ${held.toLocaleString('en')}.`,
      place: 'byte 236',
    });
    return held;
  }
  if (stated > held) {
    if (held === 0) {
      throw new RhythmarkError(
        'damaged-file',
        `Header promises ${stated.toLocaleString('en')} data records, the file holds none. The file is cut off: copy it again from the recorder.`,
      );
    }
    notes.push({
      kind: 'repaired',
      code: 'edf-cut-off',
      message: `Header promises ${stated.toLocaleString('en')} data records, the file holds ${held.toLocaleString('en')}: the last ${((stated - held) * recordDurationS).toLocaleString('en')} s are missing.`,
      place: `byte ${(headerBytes + dataBytes).toLocaleString('en')}`,
    });
    return held;
  }
  if (dataBytes > stated * recordBytes) {
    notes.push({
      kind: 'ignored',
      code: 'edf-trailing-bytes',
      message: `${(dataBytes - stated * recordBytes).toLocaleString('en')} bytes follow the last data record and are not read.`,
    });
  }
  return stated;
}

function wholeNumber(
  text: string,
  at: number,
  width: number,
  what: string,
  notes: ImportNote[],
): number {
  const value = decimal(text, at, width, what, notes);
  if (!Number.isInteger(value)) throw damaged(what, at, clean(text.slice(at, at + width)));
  return value;
}

function decimal(
  text: string,
  at: number,
  width: number,
  what: string,
  notes: ImportNote[],
): number {
  return numberOf(text.slice(at, at + width), at, what, notes);
}

/** EDF writes plain ASCII numbers; recorders in comma countries have written decimal commas. */
function numberOf(raw: string, at: number, what: string, notes: ImportNote[]): number {
  const trimmed = clean(raw);
  const dotted = trimmed.replace(',', '.');
  const value = dotted === '' ? NaN : Number(dotted);
  if (!Number.isFinite(value)) throw damaged(what, at, trimmed);
  if (dotted !== trimmed) {
    notes.push({
      kind: 'repaired',
      code: 'edf-decimal-comma',
      message: `Header writes "${trimmed}" for ${what}; read as ${dotted}.`,
      place: `byte ${at}`,
    });
  }
  return value;
}

function damaged(what: string, at: number, found: string): RhythmarkError {
  const shown = found.replace(/[^\x20-\x7e]/g, '?').slice(0, 16);
  return new RhythmarkError(
    'damaged-file',
    `The EDF header states "${shown}" for ${what}, at byte ${at}. Copy the file again from the recorder.`,
  );
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function clean(text: string): string {
  return text.replace(/\0/g, ' ').trim();
}

/** The standard asks for ASCII; real files hold Latin-1 or UTF-8. UTF-8 where it is valid. */
function maybeUtf8(text: string): string {
  const cleaned = text.replace(/\0/g, ' ');
  if (!/[\x80-\xff]/.test(cleaned)) return cleaned;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(cleaned, 'latin1'));
  } catch {
    return cleaned;
  }
}
