/**
 * AliveCor ATC: one to twelve leads of a hand-held recorder. Source: AliveCor, "ATC File Format
 * Specification" 1.7 (github.com/alivecor/ATCpy): an 8-byte signature, a version, then blocks of id,
 * length, data and a checksum.
 */
import type { ImportNote } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { closingOnFailure, heldRecording, readWhole, type HeldLead } from '../held-recording.ts';
import { numbersOf } from '../interleaved.ts';
import { STANDARD_12 } from '../lead-names.ts';
import { LIMITS } from '../limits.ts';
import { MEDIAN_BEAT, MEDIAN_BEAT_APART } from '../parts.ts';
import type { AnnotationSet, FormatModule, OpenRequest, RecordingReader } from '../reader.ts';
import { blocksOf, printable } from './blocks.ts';

const SIGNATURE = 'ALIVE\0\0\0';
const SIXTEEN_BITS = 1;

/** Leads by the last character of a block's id: `ecg `, `ecg2` ... `ecgc`. */
const LEADS = STANDARD_12.map((name, i) => [' 23456789abc'.charAt(i), name] as const);
/** What is read of a file, and the beats that AliveCor averages. */
const READ = /^(?:info|fmt |ann |(?:ecg|avg|med)[ 2-9a-c])$/;
const BEATS = /^(?:avg|med)/;

export const atc: FormatModule = {
  name: 'AliveCor ATC',
  group: 'Ambulatory',
  endings: ['atc'],
  detect: ({ head }) => (Buffer.from(head.subarray(0, 8)).toString('latin1') === SIGNATURE ? 1 : 0),
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open: closingOnFailure(open),
};

async function open({ source, part }: OpenRequest): Promise<RecordingReader> {
  const whole = await readWhole(source, LIMITS.wholeFileBytes);
  const notes: ImportNote[] = [];
  const blocks = blocksOf(Buffer.from(whole.buffer, whole.byteOffset, whole.length), notes);
  const format = formatOf(blocks.get('fmt '));
  if (format.inverted) {
    notes.push({
      kind: 'read',
      code: 'atc-inverted',
      message: 'The recorder marks the recording as inverted; it is shown turned upright.',
    });
  }
  const ids = [...blocks.keys()];
  if (part === '') notes.push(...leftOut(ids));
  const beat = ids.some((id) => id.startsWith('avg')) ? 'avg' : 'med';
  const kind = part === MEDIAN_BEAT ? beat : 'ecg';
  const leads = LEADS.flatMap(([last, name]): HeldLead[] => {
    const data = blocks.get(`${kind}${last}`);
    return data ? [leadOf(name, `${kind}${last}`, data, format)] : [];
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
    part === '' ? beatsOf(blocks.get('ann '), format.samplingHz) : [],
    source,
  );
}

interface Format {
  readonly samplingHz: number;
  readonly nanovolts: number;
  readonly inverted: boolean;
}

function formatOf(block: Buffer | undefined): Format {
  if (!block || block.length < 6) {
    throw new RhythmarkError('damaged-file', 'The ATC file has no format block ("fmt ").');
  }
  const samples = block.readUInt8(0);
  if (samples !== SIXTEEN_BITS) {
    throw new RhythmarkError(
      'unsupported',
      `The ATC file stores its samples in format ${samples} (block "fmt "); 16-bit samples are read here.`,
    );
  }
  return {
    samplingHz: block.readUInt16LE(1),
    nanovolts: block.readUInt16LE(3),
    inverted: (block.readUInt8(5) & 1) === 1,
  };
}

function leadOf(name: string, id: string, data: Buffer, format: Format): HeldLead {
  const { samplingHz, nanovolts, inverted } = format;
  if (data.length % 2 !== 0) {
    throw new RhythmarkError('damaged-file', `Block "${printable(id)}" ends inside a sample.`);
  }
  const sampleCount = data.length / 2;
  const samples = numbersOf(data, sampleCount, { type: 'int16', endian: 'little' });
  return {
    ...{ name, samplingHz, sampleCount },
    unit: nanovolts > 0 ? 'mV' : '',
    calibrated: nanovolts > 0,
    scale: (nanovolts > 0 ? nanovolts * 1e-6 : 1) * (inverted ? -1 : 1),
    offset: 0,
    resolutionBits: 16,
    stored: (from, to) => Int32Array.from(samples.subarray(from, to)),
  };
}

function leftOut(ids: readonly string[]): ImportNote[] {
  const notes: ImportNote[] = [];
  if (ids.some((id) => BEATS.test(id))) {
    notes.push({
      kind: 'ignored',
      code: 'median-beat',
      message: MEDIAN_BEAT_APART,
    });
  }
  const others = ids.filter((id) => !READ.test(id)).map((id) => `"${printable(id)}"`);
  if (others.length > 0) {
    notes.push({
      kind: 'ignored',
      code: 'atc-other-blocks',
      message: `The file also holds blocks that are not shown: ${others.slice(0, 12).join(', ')}.`,
    });
  }
  return notes;
}

/** Beat types of the document as WFDB names them; 0 and what it does not list are unknown. */
const SYMBOLS: Readonly<Record<number, string>> = {
  1: 'N',
  2: 'V',
  3: 'A',
  4: 'F',
  5: 'J',
  6: '/',
};

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
      symbol: SYMBOLS[num] ?? 'Q',
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
