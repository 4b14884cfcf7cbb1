/**
 * AliveCor ATC: one to six leads of a hand-held recorder. Source: AliveCor, "ATC File Format
 * Specification": an 8-byte signature, a version, then blocks of id, length, data and a checksum
 * that is the sum of all bytes before it in the block.
 */
import type { ImportNote } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { closingOnFailure, heldRecording, readWhole, type HeldLead } from '../held-recording.ts';
import { numbersOf } from '../interleaved.ts';
import { LIMITS } from '../limits.ts';
import type { AnnotationSet, FormatModule, OpenRequest, RecordingReader } from '../reader.ts';

const SIGNATURE = 'ALIVE\0\0\0';
const FIRST_BLOCK = 12;
const BLOCK_OVERHEAD = 12;
/** A file with more oddities than this is not walked to its end. */
const MOST_NOTES = 100;

/** Blocks that hold a lead, in the order in which the leads are read. */
const LEAD_BLOCKS: readonly (readonly [string, string])[] = [
  ['ecg ', 'I'],
  ['ecg2', 'II'],
  ['ecg3', 'III'],
  ['ecg4', 'aVR'],
  ['ecg5', 'aVL'],
  ['ecg6', 'aVF'],
];

export const atc: FormatModule = {
  name: 'AliveCor ATC',
  group: 'Ambulatory',
  endings: ['atc'],
  detect: ({ head }) => (Buffer.from(head.subarray(0, 8)).toString('latin1') === SIGNATURE ? 1 : 0),
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open: closingOnFailure(open),
};

async function open({ source }: OpenRequest): Promise<RecordingReader> {
  const whole = await readWhole(source, LIMITS.wholeFileBytes);
  const notes: ImportNote[] = [];
  const blocks = blocksOf(Buffer.from(whole.buffer, whole.byteOffset, whole.length), notes);
  const format = blocks.get('fmt ');
  if (!format || format.length < 6) {
    throw new RhythmarkError('damaged-file', 'The ATC file has no format block ("fmt ").');
  }
  const samplingHz = format.readUInt16LE(1);
  const nanovolts = format.readUInt16LE(3);
  const inverted = (format.readUInt8(5) & 1) === 1;
  if (inverted) {
    notes.push({
      kind: 'read',
      code: 'atc-inverted',
      message: 'The recorder marks the recording as inverted; it is shown turned upright.',
    });
  }
  const leads = LEAD_BLOCKS.flatMap(([id, name]): HeldLead[] => {
    const data = blocks.get(id);
    if (!data) return [];
    const samples = numbersOf(data, Math.floor(data.length / 2), {
      type: 'int16',
      endian: 'little',
    });
    return [
      {
        name,
        unit: nanovolts > 0 ? 'mV' : '',
        calibrated: nanovolts > 0,
        samplingHz,
        sampleCount: Math.floor(data.length / 2),
        scale: (nanovolts > 0 ? nanovolts * 1e-6 : 1) * (inverted ? -1 : 1),
        offset: 0,
        resolutionBits: 16,
        stored: (from, to) => Int32Array.from(samples.subarray(from, to)),
      },
    ];
  });
  const info = blocks.get('info');
  return heldRecording(
    {
      format: 'AliveCor ATC',
      start: startOf(text(info, 0, 32)),
      patient: { id: null, name: null, birthDate: null, sex: null, age: null },
      device: text(info, 180, 32) || text(info, 116, 32) || null,
      comments: [],
      notes,
      synthetic: false,
    },
    leads,
    beatsOf(blocks.get('ann '), samplingHz),
    source,
  );
}

/** Data of each block by its id. `damaged-file` where a block is cut off or its checksum is wrong. */
function blocksOf(bytes: Buffer, notes: ImportNote[]): Map<string, Buffer> {
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
    let sum = 0;
    for (let i = at; i < end; i++) sum = (sum + (bytes[i] ?? 0)) >>> 0;
    const stated = bytes.readUInt32LE(end);
    if (sum !== stated) {
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

/** Beats in ticks of a clock of their own: rate, then pairs of tick and type. */
function beatsOf(block: Buffer | undefined, samplingHz: number): AnnotationSet[] {
  if (!block || block.length < 10) return [];
  const ticksHz = block.readUInt32LE(0) || samplingHz;
  const annotations = [];
  for (let at = 4; at + 6 <= block.length; at += 6) {
    const sample = Math.round((block.readUInt32LE(at) / ticksHz) * samplingHz);
    const num = block.readUInt16LE(at + 4);
    annotations.push({
      sample,
      symbol: num === 1 ? 'N' : 'Q',
      subtype: 0,
      channel: 0,
      num,
      aux: '',
    });
  }
  annotations.sort((a, b) => a.sample - b.sample);
  return [{ annotator: 'AliveCor', samplingHz, annotations }];
}

function startOf(stamp: string): string | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?/.exec(stamp);
  return match ? `${match[1]}.${(match[2] ?? '').padEnd(3, '0')}` : null;
}

function text(block: Buffer | undefined, at: number, length: number): string {
  return (
    block
      ?.subarray(at, at + length)
      .toString('latin1')
      .replace(/\0.*$/s, '')
      .trim() ?? ''
  );
}

function printable(id: string): string {
  return id.replace(/[^\x20-\x7e]/g, '?').trim();
}
