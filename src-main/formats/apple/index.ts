/**
 * ECGs that Apple Health exports: a CSV of named lines (in the phone's language), a blank line, then
 * one value a line. The rate is found by its value, "512" and a word, since its name is translated.
 */
import type { ImportNote, PatientFields } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { closingOnFailure, heldRecording, readWhole, type HeldLead } from '../held-recording.ts';
import { leadNameOf } from '../lead-names.ts';
import { LIMITS } from '../limits.ts';
import { NO_SAMPLE, type FormatModule, type OpenRequest, type RecordingReader } from '../reader.ts';
import { millivoltsPer } from '../voltage.ts';

/** Values are microvolts with three decimals; stored here in whole nanovolts. */
const STEPS_PER_UNIT = 1000;
const HEADER_LINES = 24;
/** Largest value that 32 bits of thousandths hold. */
const MOST_UNITS = (2 ** 31 - 1) / STEPS_PER_UNIT;
/** The watch records for 30 s and keeps nothing of a recording that was broken off. */
const RECORDING_S = 30;

export const apple: FormatModule = {
  name: 'Apple Watch CSV',
  group: 'Ambulatory',
  endings: ['csv'],
  detect({ head }) {
    const lines = linesOf(head).slice(0, HEADER_LINES);
    const watch = lines.some((line) => /Watch\d*,\d|Apple Watch/.test(line));
    return watch && rateOf(lines) !== null ? 0.97 : 0;
  },
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open: closingOnFailure(open),
};

async function open({ source }: OpenRequest): Promise<RecordingReader> {
  const lines = linesOf(await readWhole(source, LIMITS.textBytes));
  const first = firstSample(lines);
  const header = lines.slice(0, first);
  const samplingHz = rateOf(header);
  if (samplingHz === null || first === lines.length) {
    throw new RhythmarkError(
      'damaged-file',
      'The Apple Health export has no sampling rate or no samples. Export it again.',
    );
  }
  const unit = header
    .map((line) => cells(line)[1] ?? '')
    .find((value) => millivoltsPer(value) !== null);
  const toMv = unit === undefined ? null : millivoltsPer(unit);
  const stored = samplesOf(lines.slice(first), first);
  const notes: ImportNote[] = [];
  if (stored.length < (RECORDING_S - 1) * samplingHz) {
    notes.push({
      kind: 'assumed',
      code: 'apple-short',
      message: `The file holds ${(stored.length / samplingHz).toFixed(1)} s; the watch records ${RECORDING_S} s: it may be cut off.`,
    });
  }
  const lead: HeldLead = {
    name: leadOf(header),
    unit: toMv === null ? '' : 'mV',
    calibrated: toMv !== null,
    samplingHz,
    sampleCount: stored.length,
    scale: (toMv ?? 1) / STEPS_PER_UNIT,
    offset: 0,
    stored: (from, to) => stored.slice(from, to),
  };
  return heldRecording(
    {
      format: 'Apple Watch CSV',
      start: startOf(header),
      patient: patientOf(header),
      device: header.map((line) => cells(line)[1] ?? '').find((v) => /Watch/.test(v)) ?? null,
      comments: [],
      notes,
      synthetic: false,
    },
    [lead],
    [],
    source,
  );
}

function linesOf(bytes: Uint8Array): string[] {
  return new TextDecoder('utf-8').decode(bytes).split(/\r?\n/);
}

/** A header line's cells; the value may be quoted because it holds a comma. */
function cells(line: string): string[] {
  const match = /^"?([^",]*)"?,"?([^"]*)"?$/.exec(line.trim());
  return match ? [match[1] ?? '', match[2] ?? ''] : [line.trim()];
}

function rateOf(lines: readonly string[]): number | null {
  for (const line of lines) {
    const match = /^(\d{2,4})(?:[.,]\d+)?\s*(hertz|hz|\p{L}+)\.?$/iu.exec(cells(line)[1] ?? '');
    if (match && ['512', '500', '256', '250'].includes(match[1] ?? '')) return Number(match[1]);
  }
  return null;
}

/** The samples begin after the last named line, with the first line that is one plain number. */
function firstSample(lines: readonly string[]): number {
  let named = 0;
  for (const [i, line] of lines.slice(0, HEADER_LINES).entries()) {
    if (/\p{L}/u.test(line)) named = i + 1;
  }
  while (named < lines.length && lines[named]?.trim() === '') named++;
  return named;
}

/** Whole thousandths of the unit; decimal point or comma. */
function samplesOf(lines: readonly string[], first: number): Int32Array {
  let end = lines.length;
  while (end > 0 && lines[end - 1]?.trim() === '') end--;
  const out = new Int32Array(end);
  for (let i = 0; i < end; i++) {
    const text = (lines[i] ?? '').trim().replace(/^"|"$/g, '').replace(/,$/, '').replace(',', '.');
    const value = text === '' ? NaN : Number(text);
    if (text !== '' && !(Math.abs(value) < MOST_UNITS)) {
      throw new RhythmarkError(
        'damaged-file',
        `Line ${first + i + 1} holds "${text.slice(0, 16)}" where a sample is expected.`,
      );
    }
    out[i] = Number.isNaN(value) ? NO_SAMPLE : Math.round(value * STEPS_PER_UNIT);
  }
  return out;
}

function leadOf(header: readonly string[]): string {
  const value = header
    .map((line) => cells(line)[1] ?? '')
    .find((v) => /^\p{L}+\s+I{1,3}$/u.test(v));
  return leadNameOf((value ?? 'Lead I').replace(/^\p{L}+\s+/u, 'Lead '));
}

function startOf(header: readonly string[]): string | null {
  for (const line of header) {
    const match = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(line);
    if (match) return `${match[1]}T${match[2]}.000`;
  }
  return null;
}

/** The first line is the name; a birth date is given in words of the phone's language: left out. */
function patientOf(header: readonly string[]): PatientFields {
  return {
    id: null,
    name: cells(header[0] ?? '')[1] || null,
    birthDate: null,
    sex: null,
    age: null,
  };
}
