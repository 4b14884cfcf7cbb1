/**
 * A recording as a person says that it is to be read, over what its file states: the unit of leads
 * that have none, and a note where answers were taken over from another file.
 */
import type { ImportNote, Lead, RecordingHeader } from '../contract/domain.ts';
import type { TextChoice } from '../contract/text.ts';
import { millivoltsPerStored, type ChosenUnit, type UnitChoice } from '../contract/lead-unit.ts';
import type { RecordingReader } from './reader.ts';
import { isStoredUnit, millivoltsPer } from './voltage.ts';

/** Notes that a lead is shown uncalibrated, of each format that can leave the unit open. */
const NO_UNIT_CODES: ReadonlySet<string> = new Set([
  ...[
    'aecg-no-scale',
    'apple-no-unit',
    'array-no-unit',
    'dicom-no-channel',
    'dicom-no-sensitivity',
  ],
  ...['edf-no-calibration', 'ishne-no-resolution', 'muse-no-amplitude', 'text-no-unit'],
  ...['sierra-no-resolution', 'unisens-no-lsb', 'wfdb-default-gain'],
]);

export interface SaidByPerson {
  readonly textChoice?: TextChoice | null | undefined;
  readonly unit?: ChosenUnit | null | undefined;
}

/**
 * True for a lead of which only the unit is not known. A lead in mmHg has no mV axis either, and
 * must not be given one.
 */
export function hasOpenUnit({ calibrated, unit }: Lead): boolean {
  return !calibrated && (isStoredUnit(unit) || millivoltsPer(unit) !== null);
}

/** The reader itself where nothing was said. */
export function asSaid(
  reader: RecordingReader,
  { textChoice, unit }: SaidByPerson,
): RecordingReader {
  const answered =
    textChoice?.remembered === true ? withHeader(reader, withNote(reader.header)) : reader;
  return unit ? withUnit(answered, unit) : answered;
}

function withUnit(reader: RecordingReader, { choice, origin }: ChosenUnit): RecordingReader {
  const { leads } = reader.header;
  const perStored = millivoltsPerStored(choice);
  if (perStored === null || !leads.some(hasOpenUnit)) return reader;
  // Where a reader of a format took a gain for want of one, it is taken back.
  const factors = leads.map((lead) => (hasOpenUnit(lead) ? (lead.gain ?? 1) * perStored : 1));
  const known = leads.map((lead) => (hasOpenUnit(lead) ? calibrated(lead, perStored) : lead));
  // "Shown uncalibrated" is not true any more, unless it was said of a lead in another quantity.
  const loose = known.some((lead) => !lead.calibrated);
  const notes = reader.header.notes.filter(({ code }) => loose || !NO_UNIT_CODES.has(code));
  const header: RecordingHeader = {
    ...reader.header,
    leads: known,
    notes: [...notes, unitNote(leads.filter(hasOpenUnit), choice, origin)],
  };
  return {
    ...withHeader(reader, header),
    async read(indices, from, to, into) {
      const values = await reader.read(indices, from, to, into);
      for (const [at, out] of values.entries()) {
        const factor = factors[indices[at] ?? 0] ?? 1;
        if (factor !== 1) scale(out, factor);
      }
      return values;
    },
  };
}

/** A value that no 32-bit float holds is a missing sample, as in every reader. */
function scale(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = Math.fround((values[i] ?? NaN) * factor);
    values[i] = Number.isFinite(value) ? value : NaN;
  }
}

function calibrated(lead: Lead, perStored: number): Lead {
  const known = { ...lead, unit: 'mV', calibrated: true, unitSaid: true } as const;
  return lead.gain === undefined ? known : { ...known, gain: 1 / perStored };
}

function withHeader(reader: RecordingReader, header: RecordingHeader): RecordingReader {
  return {
    header,
    read: (leads, from, to, into) => reader.read(leads, from, to, into),
    readStored: (leads, from, to) => reader.readStored(leads, from, to),
    annotations: () => reader.annotations(),
    close: () => reader.close(),
  };
}

function withNote(header: RecordingHeader): RecordingHeader {
  const note: ImportNote = {
    kind: 'assumed',
    code: 'choice-remembered',
    message: 'Columns, rate and unit are as a person said for another file of the same shape.',
  };
  return { ...header, notes: [...header.notes, note] };
}

function unitNote(
  leads: readonly Lead[],
  choice: UnitChoice,
  origin: ChosenUnit['origin'],
): ImportNote {
  const names = leads.map(({ name }) => name).join(', ');
  const said =
    origin === 'said' ? 'as a person said' : 'as a person said for another file of the same shape';
  return {
    kind: 'assumed',
    code: 'unit-chosen',
    message: `The unit of ${names} is ${said}: ${unitWords(choice)}.`,
  };
}

function unitWords(choice: UnitChoice): string {
  if (choice.kind === 'perMv') return `${choice.stored.toLocaleString('en')} stored units per mV`;
  return choice.kind === 'uV' ? 'stored in \u00b5V' : 'stored in mV';
}
