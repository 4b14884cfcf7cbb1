/**
 * SCP-ECG (EN 1064) stand-ins. Each way to code a signal is written from the document alone and
 * shares nothing with the reader but the checksum.
 */
import { crcCcitt } from '../../../src-main/formats/crc.ts';

export type ScpCoding = 'plain' | 'default-huffman' | 'own-huffman';

export interface ScpOptions {
  readonly leads: readonly Int32Array[];
  readonly coding: ScpCoding;
  readonly differences: 0 | 1 | 2;
  /** Subtracts this beat of each lead at these fiducial samples (from 1). */
  readonly referenceBeat?: { readonly beat: readonly Int32Array[]; readonly at: readonly number[] };
  /**
   * Bimodal compression: every sample within these (from 1, both ends included), one zone for each
   * beat of `referenceBeat.at`; elsewhere the mean of each `factor` samples.
   */
  readonly bimodal?: {
    readonly factor: number;
    readonly zones: readonly (readonly [number, number])[];
    /** False: the reference beat is stored, for its rate, but was not subtracted. */
    readonly subtracted?: false;
  };
}

/** SCP-ECG (EN 1064): 500 Hz, 2.5 uV a step. */
export function scpFile(options: ScpOptions): Buffer {
  const { leads, coding, differences, referenceBeat, bimodal } = options;
  const subtracted = referenceBeat !== undefined && bimodal?.subtracted !== false;
  const count = leads[0]?.length ?? 0;
  const beatLength = referenceBeat?.beat[0]?.length ?? 0;
  const fiducial = Math.floor(beatLength / 2) + 1;
  const residuals = leads.map((lead, k) => {
    const out = Int32Array.from(lead);
    for (const at of subtracted ? referenceBeat.at : []) {
      for (let j = 0; j < beatLength; j++) {
        const i = at - fiducial + j;
        if (i >= 0 && i < count) out[i] = (out[i] ?? 0) - (referenceBeat?.beat[k]?.[j] ?? 0);
      }
    }
    return out;
  });

  const header = Buffer.concat([
    scpField(0, Buffer.from('Stand-In\0', 'latin1')),
    scpField(1, Buffer.from('Ada\0', 'latin1')),
    scpField(2, Buffer.from('P-1\0', 'latin1')),
    scpField(8, Buffer.from([2])),
    scpField(25, Buffer.from([0xea, 0x07, 6, 11])),
    scpField(26, Buffer.from([9, 12, 30])),
    scpField(255, Buffer.alloc(0)),
  ]);
  const lead = Buffer.alloc(2 + 9 * leads.length);
  lead.writeUInt8(leads.length, 0);
  lead.writeUInt8((subtracted ? 1 : 0) | 4 | (leads.length << 3), 1);
  leads.forEach((_, i) => {
    lead.writeUInt32LE(1, 2 + 9 * i);
    lead.writeUInt32LE(count, 6 + 9 * i);
    lead.writeUInt8(i + 1, 10 + 9 * i);
  });
  const sections: [number, Buffer][] = [
    [1, header],
    [3, lead],
    [
      6,
      bimodal
        ? scpWaveform(
            residuals.map((lead) => decimated(lead, bimodal)),
            coding,
            differences,
            bimodal.factor,
          )
        : scpWaveform(residuals, coding, differences),
    ],
  ];
  if (coding !== 'plain') sections.push([2, huffmanSection(coding)]);
  if (referenceBeat) {
    const qrs = Buffer.alloc(6 + 14 * referenceBeat.at.length);
    qrs.writeUInt16LE(beatLength * 2, 0);
    qrs.writeUInt16LE(fiducial, 2);
    qrs.writeUInt16LE(referenceBeat.at.length, 4);
    referenceBeat.at.forEach((at, i) => {
      qrs.writeUInt16LE(0, 6 + 14 * i);
      qrs.writeUInt32LE(Math.max(1, at - fiducial + 1), 8 + 14 * i);
      qrs.writeUInt32LE(at, 12 + 14 * i);
      qrs.writeUInt32LE(Math.min(count, at - fiducial + beatLength), 16 + 14 * i);
    });
    const zones = Buffer.alloc(8 * (bimodal?.zones.length ?? 0));
    bimodal?.zones.forEach(([from, to], i) => {
      zones.writeUInt32LE(from, 8 * i);
      zones.writeUInt32LE(to, 8 * i + 4);
    });
    sections.push(
      [4, Buffer.concat([qrs, zones])],
      [5, scpWaveform(referenceBeat.beat, coding, differences)],
    );
  }
  return scpRecord(sections);
}

/** Samples one by one inside a zone, means of `factor` outside; what does not fill one, as it is. */
function decimated(
  lead: Int32Array,
  { factor, zones }: NonNullable<ScpOptions['bimodal']>,
): Int32Array {
  const out: number[] = [];
  const isKept = (i: number): boolean => zones.some(([from, to]) => i + 1 >= from && i + 1 <= to);
  for (let i = 0; i < lead.length;) {
    const block = Array.from(lead.subarray(i, i + factor));
    const reduced = block.length === factor && !block.some((_, j) => isKept(i + j));
    out.push(reduced ? Math.round(block.reduce((sum, v) => sum + v, 0) / factor) : (block[0] ?? 0));
    i += reduced ? factor : 1;
  }
  return Int32Array.from(out);
}

function scpField(tag: number, value: Buffer): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(tag, 0);
  head.writeUInt16LE(value.length, 1);
  return Buffer.concat([head, value]);
}

function scpWaveform(
  leads: readonly Int32Array[],
  coding: ScpCoding,
  differences: 0 | 1 | 2,
  factor?: number,
): Buffer {
  const coded = leads.map((lead) => {
    const values = Array.from(lead, (value, i) => {
      const [one = 0, two = 0] = [lead[i - 1], lead[i - 2]];
      if (differences === 1 && i >= 1) return value - one;
      if (differences === 2 && i >= 2) return value - 2 * one + two;
      return value;
    });
    if (coding === 'plain') {
      const plain = Buffer.alloc(2 * values.length);
      values.forEach((value, i) => plain.writeInt16LE(value, 2 * i));
      return plain;
    }
    return packBits(values.map(coding === 'default-huffman' ? defaultCode : ownCode).join(''));
  });
  const head = Buffer.alloc(6 + 2 * leads.length);
  head.writeUInt16LE(2500, 0);
  head.writeUInt16LE(2000 * (factor ?? 1), 2);
  head.writeUInt8(differences, 4);
  head.writeUInt8(factor === undefined ? 0 : 1, 5);
  coded.forEach((bytes, i) => head.writeUInt16LE(bytes.length, 6 + 2 * i));
  return Buffer.concat([head, ...coded]);
}

/** Table C.1 of EN 1064: n ones, a zero, the sign; beyond 8 plain bits behind ten-bit prefixes. */
function defaultCode(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size <= 8) return `${'1'.repeat(size)}0${value > 0 ? '0' : '1'}`;
  if (value >= -128 && value <= 127) return `1111111110${twos(value, 8)}`;
  return `1111111111${twos(value, 16)}`;
}

/** Own tables: the first knows 0 and 1 and how to change to the second, which is for the rest. */
const SWITCH_TO_2 = '11';
const SWITCH_TO_1 = '0';
function ownCode(value: number): string {
  if (value === 0) return '0';
  if (value === 1) return '10';
  return `${SWITCH_TO_2}1${twos(value, 16)}${SWITCH_TO_1}`;
}

function huffmanSection(coding: ScpCoding): Buffer {
  if (coding === 'default-huffman') return Buffer.from([0x1f, 0x4e]); // 19999
  const word = (
    prefix: number,
    total: number,
    mode: number,
    value: number,
    code: number,
  ): Buffer => {
    const bytes = Buffer.alloc(9);
    bytes.writeUInt8(prefix, 0);
    bytes.writeUInt8(total, 1);
    bytes.writeUInt8(mode, 2);
    bytes.writeInt16LE(value, 3);
    bytes.writeUInt32LE(code, 5);
    return bytes;
  };
  const table = (words: Buffer[]): Buffer =>
    Buffer.concat([Buffer.from([words.length, 0]), ...words]);
  return Buffer.concat([
    Buffer.from([2, 0]),
    // Codes are written with the first bit lowest: "10" is 0b01.
    table([word(1, 1, 1, 0, 0b0), word(2, 2, 1, 1, 0b01), word(2, 2, 0, 2, 0b11)]),
    table([word(1, 17, 1, 0, 0b1), word(1, 1, 0, 1, 0b0)]),
  ]);
}

function twos(value: number, bits: number): string {
  return (value < 0 ? value + 2 ** bits : value).toString(2).padStart(bits, '0');
}

function packBits(bits: string): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (let i = 0; i < bits.length; i++) {
    if (bits[i] === '1') bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (0x80 >> (i & 7));
  }
  return bytes;
}

function scpRecord(sections: readonly [number, Buffer][]): Buffer {
  const byId = [...sections].sort(([a], [b]) => a - b);
  const pointers = Buffer.alloc(12 * 10);
  const whole = [0, ...byId.map(([id]) => id)].map((id) =>
    Buffer.concat([
      Buffer.alloc(16),
      id === 0 ? pointers : (byId.find(([i]) => i === id)?.[1] ?? Buffer.alloc(0)),
    ]),
  );
  let at = 6;
  [0, ...byId.map(([id]) => id)].forEach((id, i) => {
    const section = whole[i] ?? Buffer.alloc(0);
    section.writeUInt16LE(id, 2);
    section.writeUInt32LE(section.length, 4);
    section.writeUInt8(20, 8);
    section.writeUInt8(20, 9);
    if (id === 0) section.write('SCPECG', 10, 'latin1');
    const pointer = whole[0]?.subarray(16 + 10 * id);
    pointer?.writeUInt16LE(id, 0);
    pointer?.writeUInt32LE(section.length, 2);
    pointer?.writeUInt32LE(at + 1, 6);
    at += section.length;
  });
  for (const section of whole) section.writeUInt16LE(crcCcitt(section.subarray(2)), 0);
  const record = Buffer.concat([Buffer.alloc(6), ...whole]);
  record.writeUInt32LE(record.length, 2);
  record.writeUInt16LE(crcCcitt(record.subarray(2)), 0);
  return record;
}
