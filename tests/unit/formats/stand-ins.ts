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
