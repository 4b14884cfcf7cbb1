/**
 * ECGs that Apple Health exports: a CSV of named lines (in the phone's language), a blank line, then
 * one value a line. What a line names is found by its value, since its name is translated.
 */
import type { ImportNote, PatientFields } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { closingOnFailure, heldRecording, readWhole, type HeldLead } from '../held-recording.ts';
import { leadNameOf } from '../lead-names.ts';
import { LIMITS } from '../limits.ts';
import type { FormatModule, OpenRequest, RecordingReader } from '../reader.ts';
import { millivoltsPer } from '../voltage.ts';
import {
  firstSampleLine,
  linesOf,
  namedLine,
  numberOf,
  samplesOf,
  type NamedLine,
} from './lines.ts';

/** The watch records for 30 s and keeps nothing of a recording that was broken off. */
const RECORDING_S = 30;
/** Rates that a watch or a band has; a heart rate is below them. */
const [LEAST_HZ, MOST_HZ] = [200, 1100];
/** Name and date of birth come first in every language; the rest is about the recording. */
const LINES_OF_THE_PERSON = 2;

export const apple: FormatModule = {
  name: 'Apple Watch CSV',
  group: 'Ambulatory',
  endings: ['csv'],
  detect({ head }) {
    const lines = linesOf(head);
    const header = lines.slice(0, firstSampleLine(lines)).map(namedLine);
    return deviceOf(header) !== null && rateOf(header) !== null ? 0.97 : 0;
  },
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open: closingOnFailure(open),
};

async function open({ source }: OpenRequest): Promise<RecordingReader> {
  const lines = linesOf(await readWhole(source, LIMITS.textBytes));
  const first = firstSampleLine(lines);
  const header = lines.slice(0, first).map(namedLine);
  const samplingHz = rateOf(header);
  if (samplingHz === null || first === lines.length) {
    throw new RhythmarkError(
      'damaged-file',
      'The Apple Health export has no sampling rate or no samples. Export it again.',
    );
  }
  const toMv = unitOf(header);
  const { stored, decimals } = samplesOf(lines.slice(first), first);
  const notes: ImportNote[] = [];
  if (toMv === null) {
    notes.push({
      kind: 'assumed',
      code: 'apple-no-unit',
      message: 'The file states no unit that is known here: shown uncalibrated.',
    });
  }
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
    scale: (toMv ?? 1) / 10 ** decimals,
    offset: 0,
    stored: (from, to) => stored.slice(from, to),
  };
  return heldRecording(
    {
      format: 'Apple Watch CSV',
      start: startOf(header),
      patient: patientOf(header),
      device: deviceOf(header),
      comments: header
        .slice(LINES_OF_THE_PERSON)
        .flatMap(({ name, value }) => (value === '' ? [] : [`${name}: ${value}`])),
      notes,
      synthetic: false,
    },
    [lead],
    [],
    source,
  );
}

/** `512 hertz`, `512,414 Hz`, `512\u8d6b\u5179`: a number and a word. */
function rateOf(header: readonly NamedLine[]): number | null {
  for (const { value } of header) {
    const match = /^(\d{3,4}(?:[.,]\d+)?)\s*(?!bpm)\p{L}[\p{L}\p{M}]*\.?$/iu.exec(value);
    const hz = match ? numberOf(match[1] ?? '') : NaN;
    if (hz >= LEAST_HZ && hz <= MOST_HZ) return hz;
  }
  return null;
}

/** Cyrillic spellings of microvolts and millivolts. */
const TRANSLATED: Readonly<Record<string, number>> = {
  '\u043c\u043a\u0432': 1e-3,
  '\u043c\u0432': 1,
};

/** The unit is stated last; a name may look like one. */
function unitOf(header: readonly NamedLine[]): number | null {
  for (const { value } of header.slice(LINES_OF_THE_PERSON).reverse()) {
    const millivolts = millivoltsPer(value) ?? TRANSLATED[value.toLowerCase()];
    if (millivolts !== undefined) return millivolts;
  }
  return null;
}

/** The word for "lead" in the phone's language, then the lead: the watch records lead I. */
function leadOf(header: readonly NamedLine[]): string {
  const stated = header
    .slice(LINES_OF_THE_PERSON)
    .map(({ value }) => /^\p{L}[\p{L}\p{M}]*\s+(I{1,3})$/u.exec(value)?.[1])
    .findLast((name) => name !== undefined);
  return leadNameOf(stated ?? 'I');
}

function deviceOf(header: readonly NamedLine[]): string | null {
  return header.find(({ value }) => /Watch\d*,\d|Apple Watch/.test(value))?.value ?? null;
}

function startOf(header: readonly NamedLine[]): string | null {
  for (const { value } of header) {
    const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(value);
    if (match) return `${match[1]}T${match[2]}.000`;
  }
  return null;
}

/** The first line is the name; a birth date is given in words of the phone's language: left out. */
function patientOf(header: readonly NamedLine[]): PatientFields {
  return { id: null, name: header[0]?.value || null, birthDate: null, sex: null, age: null };
}
