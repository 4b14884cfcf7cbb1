/**
 * ISHNE Holter standard output file format. Source: F. Badilini, "The ISHNE Holter Standard Output
 * File Format", Ann. Noninvasive Electrocardiol. 3(3), 1998: fixed block of 512 bytes after the
 * magic number and checksum, a variable block, then interleaved 16-bit little-endian samples.
 */
import type { ImportNote, PatientFields, RecordingHeader } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { readExactly, type ByteSource } from '../byte-source.ts';
import { crcCcitt } from '../crc.ts';
import { readIntegers, readPhysical } from '../interleaved.ts';
import { closingOnFailure } from '../held-recording.ts';
import { LIMITS } from '../limits.ts';
import type { FormatModule, RecordingReader } from '../reader.ts';
import { checkedLeads, checkedRange, outputs } from '../requests.ts';
import { existingDate, existingStamp } from '../stamp.ts';

const MAGIC = 'ISHNE1.0';
/** Magic (8), checksum (2), fixed block (512). */
const FIXED_END = 522;
const MAX_LEADS = 12;
/** Full negative scale is outside the range of the recorders' converters and marks a lost sample. */
const LOST = -32768;

/** Lead specification codes, table 2 of the paper. */
const LEAD_NAMES: Readonly<Record<number, string>> = {
  1: 'Generic bipolar',
  2: 'X',
  3: 'Y',
  4: 'Z',
  5: 'I',
  6: 'II',
  7: 'III',
  8: 'aVR',
  9: 'aVL',
  10: 'aVF',
  11: 'V1',
  12: 'V2',
  13: 'V3',
  14: 'V4',
  15: 'V5',
  16: 'V6',
  17: 'ES',
  18: 'AS',
  19: 'AI',
};

export const ishne: FormatModule = {
  name: 'ISHNE',
  group: 'Ambulatory',
  endings: ['ecg', 'ishne', 'hol'],
  detect: ({ head }) =>
    head.length >= 8 && Buffer.from(head.subarray(0, 8)).toString('latin1') === MAGIC ? 1 : 0,
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open: closingOnFailure(({ source }) => open(source)),
};

async function open(source: ByteSource): Promise<RecordingReader> {
  const fixed = Buffer.from(await readExactly(source, 0, FIXED_END, 'The ISHNE header'));
  const notes: ImportNote[] = [];
  const leadCount = fixed.readInt16LE(156);
  const samplingHz = fixed.readInt16LE(272);
  const dataAt = fixed.readInt32LE(22);
  if (leadCount < 1 || leadCount > MAX_LEADS) throw damaged(`${leadCount} leads`, 156);
  if (samplingHz < 1 || samplingHz > LIMITS.samplingHz) throw damaged(`${samplingHz} Hz`, 272);
  if (dataAt < FIXED_END || dataAt > source.size) throw damaged(`data at byte ${dataAt}`, 22);

  await checkCrc(source, fixed, dataAt, notes);
  const layout = {
    offset: dataAt,
    channels: leadCount,
    frames: framesOf(fixed.readInt32LE(14), source.size - dataAt, leadCount, samplingHz, notes),
    type: 'int16',
    endian: 'little',
  } as const;
  const scales = Array.from({ length: leadCount }, (_, i) => fixed.readInt16LE(206 + 2 * i) * 1e-6);
  // A resolution that is not positive (-9: not used) says nothing: such a lead keeps its steps.
  const steps = scales.map((scale) => (scale > 0 ? scale : 1));
  const header: RecordingHeader = {
    format: `ISHNE ${MAGIC.slice(5)}`,
    durationS: layout.frames / samplingHz,
    start: existingStamp(startOf(fixed)),
    leads: scales.map((scale, i) => ({
      name: nameOf(fixed.readInt16LE(158 + 2 * i), i),
      unit: scale > 0 ? 'mV' : '',
      calibrated: scale > 0,
      samplingHz,
      sampleCount: layout.frames,
      gain: scale > 0 ? 1 / scale : 1,
      baseline: 0,
      resolutionBits: 16,
    })),
    patient: patientOf(fixed),
    device: text(fixed, 232, 40),
    comments: [text(fixed, 274, 80)].filter((comment) => comment !== null),
    notes,
    synthetic: (text(fixed, 274, 80) ?? '').includes('Synthetic recording made by Rhythmark'),
  };
  for (const lead of header.leads) {
    if (!lead.calibrated) {
      notes.push({
        kind: 'assumed',
        code: 'ishne-no-resolution',
        message: `Lead ${lead.name} states no amplitude resolution: shown uncalibrated.`,
      });
    }
  }

  const check = (leads: readonly number[], from: number, to: number) => {
    checkedLeads(header, leads);
    checkedRange(from, to);
  };
  return {
    header,
    async readStored(leads, from, to) {
      check(leads, from, to);
      return readIntegers(source, layout, leads, from, to, LOST);
    },
    async read(leads, from, to, into) {
      check(leads, from, to);
      const outs = outputs(leads, to - from, into);
      const channels = outs.map((out, k) => {
        const channel = leads[k] ?? 0;
        return { channel, scale: steps[channel] ?? 1, offset: 0, out };
      });
      await readPhysical(source, layout, channels, from, to, LOST);
      return outs;
    },
    annotations: () => Promise.resolve([]),
    close: () => source.close(),
  };
}

/** The checksum covers the fixed and the variable block, that is bytes 10 to the samples. */
async function checkCrc(
  source: ByteSource,
  fixed: Buffer,
  dataAt: number,
  notes: ImportNote[],
): Promise<void> {
  if (dataAt - 10 > LIMITS.headerBytes) throw damaged(`data at byte ${dataAt}`, 22);
  const stated = fixed.readUInt16LE(8);
  const found = crcCcitt(await readExactly(source, 10, dataAt - 10, 'The ISHNE header'));
  if (stated === found) return;
  notes.push({
    kind: 'assumed',
    code: 'ishne-checksum',
    message: `The header's checksum is ${hex(found)}, the file states ${hex(stated)}: the header may be damaged, or the recorder computes it in another way.`,
    place: 'byte 8',
  });
}

/** The length field counts the samples of one lead in most files, of all leads in some. */
function framesOf(
  stated: number,
  dataBytes: number,
  leadCount: number,
  samplingHz: number,
  notes: ImportNote[],
): number {
  const held = Math.floor(dataBytes / 2 / leadCount);
  if (held === 0) {
    throw new RhythmarkError(
      'damaged-file',
      'The file ends before its first sample. It is cut off: copy it again from the recorder.',
    );
  }
  if (stated === held) return held;
  if (stated === held * leadCount) {
    notes.push({
      kind: 'assumed',
      code: 'ishne-length-of-all',
      message: `Header promises ${stated.toLocaleString('en')} samples, taken as those of all ${leadCount} leads: the file holds ${held.toLocaleString('en')} of each.`,
      place: 'byte 14',
    });
    return held;
  }
  if (stated > 0 && stated < held) {
    notes.push({
      kind: 'ignored',
      code: 'ishne-trailing',
      message: `Header promises ${stated.toLocaleString('en')} samples a lead, the file holds ${held.toLocaleString('en')}: all are read.`,
    });
    return held;
  }
  // Whether one lead or all are meant: the reading that leaves less missing.
  const promised = stated > held * leadCount ? Math.floor(stated / leadCount) : stated;
  if (promised > held) {
    notes.push({
      kind: 'repaired',
      code: 'ishne-cut-off',
      message: `Header promises ${promised.toLocaleString('en')} samples a lead, the file holds ${held.toLocaleString('en')}: the last ${((promised - held) / samplingHz).toFixed(1)} s are missing.`,
    });
  }
  return held;
}

function patientOf(fixed: Buffer): PatientFields {
  const names = [text(fixed, 28, 40), text(fixed, 68, 40)].filter((name) => name !== null);
  const sex = fixed.readInt16LE(128);
  return {
    id: text(fixed, 108, 20),
    name: names.length === 0 ? null : names.join(' '),
    birthDate: existingDate(dateAt(fixed, 132)),
    sex: sex === 1 ? 'M' : sex === 2 ? 'F' : null,
    age: null,
  };
}

function startOf(fixed: Buffer): string | null {
  const date = dateAt(fixed, 138);
  const [hour, minute, second] = [150, 152, 154].map((at) => fixed.readInt16LE(at));
  if (date === null || hour === undefined || minute === undefined || second === undefined)
    return null;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return null;
  return `${date}T${two(hour)}:${two(minute)}:${two(second)}.000`;
}

/** Day, month, year as three 16-bit integers; null where that is no date. */
function dateAt(fixed: Buffer, at: number): string | null {
  const day = fixed.readInt16LE(at);
  const month = fixed.readInt16LE(at + 2);
  const year = fixed.readInt16LE(at + 4);
  if (day < 1 || day > 31 || month < 1 || month > 12 || year < 1850 || year > 2200) return null;
  return `${year}-${two(month)}-${two(day)}`;
}

function nameOf(code: number, index: number): string {
  return LEAD_NAMES[code] ?? `Lead ${index + 1}`;
}

function text(fixed: Buffer, at: number, length: number): string | null {
  const value = fixed
    .subarray(at, at + length)
    .toString('latin1')
    .replace(/\0.*$/s, '')
    .trim();
  return value === '' ? null : value;
}

function damaged(found: string, at: number): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `The ISHNE header states ${found}, at byte ${at}. Copy the file again from the recorder.`,
  );
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}
