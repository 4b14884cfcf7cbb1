/**
 * Files in the documented layout of formats of which no real example may be kept here. Each is a
 * stand-in, and the tests that use one say so: they show that a reader follows the document, not
 * that every recorder does.
 */
import { crcCcitt } from '../../../src-main/formats/crc.ts';

/** A deterministic, ECG-sized wave: whole numbers within +-400. */
export function wave(count: number, phase = 0): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => {
    const beat = (i + phase) % 200;
    const spike = beat < 8 ? 300 - Math.abs(beat - 4) * 70 : 0;
    return Math.round(spike + 40 * Math.sin((i + phase) / 31) - 20 * Math.cos(i / 7));
  });
}

export interface IshneOptions {
  readonly leads: readonly Int32Array[];
  readonly samplingHz?: number;
  readonly resolutionNv?: number;
  /** What the length field states; samples of one lead unless given. */
  readonly statedSamples?: number;
  readonly comment?: string;
}

/** ISHNE 1.0 (Badilini 1998). */
export function ishneFile(options: IshneOptions): Buffer {
  const { leads, samplingHz = 200, resolutionNv = 5000, comment = 'a stand-in' } = options;
  const count = leads[0]?.length ?? 0;
  const variable = Buffer.from(comment, 'latin1');
  const dataAt = 522 + variable.length;
  const file = Buffer.alloc(dataAt + 2 * leads.length * count);
  file.write('ISHNE1.0', 0, 'latin1');
  file.writeInt32LE(variable.length, 10);
  file.writeInt32LE(options.statedSamples ?? count, 14);
  file.writeInt32LE(522, 18);
  file.writeInt32LE(dataAt, 22);
  file.writeInt16LE(1, 26);
  file.write('Ada', 28, 'latin1');
  file.write('Stand-In', 68, 'latin1');
  file.write('P-1', 108, 'latin1');
  file.writeInt16LE(2, 128);
  for (const [i, value] of [24, 12, 1950].entries()) file.writeInt16LE(value, 132 + 2 * i);
  for (const [i, value] of [5, 6, 2026].entries()) file.writeInt16LE(value, 138 + 2 * i);
  for (const [i, value] of [9, 30, 15].entries()) file.writeInt16LE(value, 150 + 2 * i);
  file.writeInt16LE(leads.length, 156);
  for (let i = 0; i < 12; i++) {
    file.writeInt16LE(i < leads.length ? 11 + i : -9, 158 + 2 * i);
    file.writeInt16LE(i < leads.length ? resolutionNv : -9, 206 + 2 * i);
  }
  file.write('Recorder X', 232, 'latin1');
  file.writeInt16LE(samplingHz, 272);
  variable.copy(file, 522);
  for (let i = 0; i < count; i++) {
    for (const [k, lead] of leads.entries()) {
      file.writeInt16LE(lead[i] ?? 0, dataAt + 2 * (i * leads.length + k));
    }
  }
  file.writeUInt16LE(crcCcitt(file.subarray(10, dataAt)), 8);
  return file;
}

/** AliveCor ATC, version 2: leads I, II, III ... */
export function atcFile(leads: readonly Int32Array[], flags = 0): Buffer {
  const info = Buffer.alloc(264);
  info.write('2026-06-11T09:12:30.500+02:00', 0, 'latin1');
  info.write('Phone 1', 116, 'latin1');
  info.write('Recorder K', 180, 'latin1');
  const format = Buffer.alloc(8);
  format.writeUInt8(1, 0);
  format.writeUInt16LE(300, 1);
  format.writeUInt16LE(500, 3);
  format.writeUInt8(flags, 5);
  const beats = Buffer.alloc(4 + 12);
  beats.writeUInt32LE(600, 0);
  beats.writeUInt32LE(600, 4);
  beats.writeUInt16LE(1, 8);
  beats.writeUInt32LE(1200, 10);
  beats.writeUInt16LE(1, 14);
  const blocks: [string, Buffer][] = [
    ['info', info],
    ['fmt ', format],
  ];
  for (const [i, lead] of leads.entries()) {
    const data = Buffer.alloc(2 * lead.length);
    lead.forEach((value, k) => data.writeInt16LE(value, 2 * k));
    blocks.push([i === 0 ? 'ecg ' : `ecg${i + 1}`, data]);
  }
  blocks.push(['ann ', beats]);
  const head = Buffer.from('ALIVE\0\0\0\x02\0\0\0', 'latin1');
  return Buffer.concat([head, ...blocks.map(([id, data]) => atcBlock(id, data))]);
}

function atcBlock(id: string, data: Buffer): Buffer {
  const block = Buffer.alloc(12 + data.length);
  block.write(id, 0, 'latin1');
  block.writeUInt32LE(data.length, 4);
  data.copy(block, 8);
  const sum = block.subarray(0, 8 + data.length).reduce((total, byte) => (total + byte) >>> 0, 0);
  block.writeUInt32LE(sum, 8 + data.length);
  return block;
}

/** An Apple Health export; `comma` as a German phone writes it. */
export function appleFile(microvolts: readonly number[], language: 'English' | 'German'): string {
  const german = language === 'German';
  const lines = german
    ? [
        'Name,Ada Beispiel',
        '"Geburtsdatum","24. Dez. 1950"',
        'Aufnahmedatum,2026-06-11 09:12:30 +0200',
      ]
    : [
        'Name,Ada Example',
        '"Date of Birth","Dec 24, 1950"',
        'Recorded Date,2026-06-11 09:12:30 +0200',
      ];
  lines.push(
    german ? 'Klassifizierung,Sinusrhythmus' : 'Classification,Sinus Rhythm',
    german ? 'Symptome,' : 'Symptoms,',
    'Software Version,1.90',
    german ? 'Ger\u00e4t,"Watch6,7"' : 'Device,"Watch6,7"',
    german ? 'Messrate,512 Hertz' : 'Sample Rate,512 hertz',
    '',
    '',
    german ? 'Ableitung,Ableitung I' : 'Lead,Lead I',
    german ? 'Einheit,\u00b5V' : 'Unit,\u00b5V',
    '',
  );
  const samples = microvolts.map((value) => {
    const text = value.toFixed(3);
    return german ? `"${text.replace('.', ',')}"` : text;
  });
  return [...lines, ...samples, ''].join('\n');
}

export type ScpCoding = 'plain' | 'default-huffman' | 'own-huffman';

export interface ScpOptions {
  readonly leads: readonly Int32Array[];
  readonly coding: ScpCoding;
  readonly differences: 0 | 1 | 2;
  /** Subtracts this beat of each lead at these fiducial samples (from 1). */
  readonly referenceBeat?: { readonly beat: readonly Int32Array[]; readonly at: readonly number[] };
}

/** SCP-ECG (EN 1064): 500 Hz, 2.5 uV a step. */
export function scpFile({ leads, coding, differences, referenceBeat }: ScpOptions): Buffer {
  const count = leads[0]?.length ?? 0;
  const beatLength = referenceBeat?.beat[0]?.length ?? 0;
  const fiducial = Math.floor(beatLength / 2) + 1;
  const residuals = leads.map((lead, k) => {
    const out = Int32Array.from(lead);
    for (const at of referenceBeat?.at ?? []) {
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
  lead.writeUInt8((referenceBeat ? 1 : 0) | 4 | (leads.length << 3), 1);
  leads.forEach((_, i) => {
    lead.writeUInt32LE(1, 2 + 9 * i);
    lead.writeUInt32LE(count, 6 + 9 * i);
    lead.writeUInt8(i + 1, 10 + 9 * i);
  });
  const sections: [number, Buffer][] = [
    [1, header],
    [3, lead],
    [6, scpWaveform(residuals, coding, differences)],
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
    sections.push([4, qrs], [5, scpWaveform(referenceBeat.beat, coding, differences)]);
  }
  return scpRecord(sections);
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
  head.writeUInt16LE(2000, 2);
  head.writeUInt8(differences, 4);
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
