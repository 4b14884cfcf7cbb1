/** A delimited text file behind the reader interface: an index on opening, then random access. */
import type { ImportNote, Lead } from '../../contract/domain.ts';
import type { TextChoice } from '../../contract/text.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { distinctNames } from '../distinct-names.ts';
import { patientFields } from '../patient-comments.ts';
import type { RecordingReader } from '../reader.ts';
import { checkedLeads, checkedRange, outputs } from '../requests.ts';
import { isSynthetic } from '../synthetic.ts';
import { isStoredUnit, millivoltsPer } from '../voltage.ts';
import { firstLines, type FirstLines } from './first-lines.ts';
import { detectLayout, type TextColumn, type TextLayout } from './layout.ts';
import { indexRows, type RowIndex } from './row-index.ts';
import { readRows, type WantedColumn } from './row-reader.ts';
import type { RowShape } from './row-scanner.ts';
import { oneByteSource } from './utf-16.ts';

/** What a person must still say, in words. */
const QUESTIONS = { samplingHz: 'the sampling rate', columns: 'which columns are leads' } as const;
/** The command line has no window to ask in. */
const RATE_HINT = ' Say it in the window, or in a first line such as "# Sampling rate: 250 Hz".';

/** The layout of the file under a choice; `not-a-recording` where it holds no table of numbers. */
export function layoutOf(first: FirstLines, choice: TextChoice | null): TextLayout {
  const layout = detectLayout(first.lines, choice);
  if (layout !== null) return layout;
  throw new RhythmarkError(
    'not-a-recording',
    choice === null
      ? 'This text file holds no table of samples.'
      : 'Under this choice the file holds no samples. Check the number of header lines.',
  );
}

export async function openText(
  file: ByteSource,
  choice: TextChoice | null,
): Promise<RecordingReader> {
  const first = await firstLines(file);
  const source = await oneByteSource(file);
  const layout = layoutOf(first, choice);
  if (layout.open.length > 0 || layout.samplingHz === null)
    throw new RhythmarkError(
      'needs-choice',
      `The text file does not say ${layout.open.map((question) => QUESTIONS[question]).join(' and ')}.${layout.samplingHz === null ? RATE_HINT : ''}`,
    );
  const shape = shapeOf(layout);
  const index = await indexRows(
    source,
    shape,
    first.offsetOf(layout.headerRows),
    layout.samplingHz,
  );
  if (index.rowCount === 0)
    throw new RhythmarkError('damaged-file', 'The text file ends before its first sample.');
  return reader(source, layout, shape, index);
}

function shapeOf({ delimiter, decimal, headerRows, columns, time }: TextLayout): RowShape {
  const leads = columns.flatMap(({ role }, index) => (role === 'lead' ? [index] : []));
  return { delimiter, decimal, headerRows, width: columns.length, time, leads };
}

function reader(
  source: ByteSource,
  layout: TextLayout,
  shape: RowShape,
  index: RowIndex,
): RecordingReader {
  const notes: ImportNote[] = [];
  const samplingHz = rateOf(layout, index, notes);
  const leads = leadsOf(layout, samplingHz, index.sampleCount, notes);
  notes.push(...notesOf(layout, index));
  const comments = layout.header
    .map((line) => line.replace(/^\s*[#%]+/, '').trim())
    .filter((line) => line !== '');
  return {
    header: {
      format: 'Text',
      durationS: index.sampleCount / samplingHz,
      start: layout.start,
      leads: leads.map(({ lead }) => lead),
      patient: patientFields(comments.map((line) => line.replace(/[,;\t]/, ': '))),
      ...{ device: null, comments, notes, synthetic: isSynthetic(comments) },
    },
    async read(wanted, from, to, into) {
      checkedLeads({ leads: leads.map(({ lead }) => lead) }, wanted);
      const outs = outputs(wanted, checkedRange(from, to), into);
      const columns = outs.map((out, k): WantedColumn => {
        const { column = 0, millivolts = 1 } = leads[wanted[k] ?? 0] ?? {};
        return { column, scale: millivolts, out: out.fill(NaN) };
      });
      const end = Math.min(to, index.sampleCount);
      await readRows(source, shape, index, columns, Math.max(0, from), end, from);
      return outs;
    },
    readStored: () =>
      Promise.reject(
        new RhythmarkError(
          'unsupported',
          'A text file holds decimals, not stored integers. Read it in physical units.',
        ),
      ),
    annotations: () => Promise.resolve([]),
    close: () => source.close(),
  };
}

/** The first lines' rate, unless the whole time column contradicts it by more than a second. */
function rateOf(layout: TextLayout, index: RowIndex, notes: ImportNote[]): number {
  const stated = layout.samplingHz ?? 1;
  const { measuredHz, sampleCount } = index;
  if (layout.rateFrom === 'time')
    notes.push({
      kind: 'read',
      code: 'text-rate-from-times',
      message: `The sampling rate of ${stated} Hz follows from the time column${contradicted(layout)}.`,
    });
  if (measuredHz === null) return stated;
  const driftS = Math.abs(sampleCount / measuredHz - sampleCount / stated);
  if (driftS <= 1 || layout.rateFrom === 'choice') return stated;
  notes.push({
    kind: 'assumed',
    code: 'text-rate-drifts',
    message: `By its time column the recording has ${measuredHz.toFixed(4)} Hz on the whole, not the ${stated} Hz of its beginning; that was taken.`,
  });
  return measuredHz;
}

function contradicted({ headerHz, samplingHz }: TextLayout): string {
  return headerHz === null || headerHz === samplingHz
    ? ''
    : `, not the ${headerHz} Hz that the header states`;
}

interface LeadColumn {
  readonly column: number;
  /** Factor to the lead's unit. */
  readonly millivolts: number;
  readonly lead: Lead;
}

function leadsOf(
  layout: TextLayout,
  samplingHz: number,
  sampleCount: number,
  notes: ImportNote[],
): readonly LeadColumn[] {
  const chosen = [...layout.columns.entries()].filter(([, { role }]) => role === 'lead');
  const names = distinctNames(
    chosen.map(([, { name }]) => name),
    notes,
  );
  return chosen.map(([index, column], i) => {
    const name = names[i] ?? column.name;
    const { unit, millivolts, calibrated } = unitOf(column, layout);
    if (!calibrated)
      notes.push({
        kind: 'assumed',
        code: 'text-no-unit',
        message: `The file states no unit for ${name}. The lead is uncalibrated.`,
      });
    const lead = { name, unit, calibrated, samplingHz, sampleCount };
    return { column: index, millivolts, lead };
  });
}

/** A person's unit, else the column's own, else the one that holds for the file. */
function unitOf(column: TextColumn, { unit, unitFrom }: TextLayout) {
  const own = unitFrom === 'choice' || column.unit === null ? unit : column.unit;
  const millivolts = millivoltsPer(own);
  if (millivolts !== null) return { unit: 'mV', millivolts, calibrated: true };
  if (isStoredUnit(own)) return { unit: '', millivolts: 1, calibrated: false };
  return { unit: own, millivolts: 1, calibrated: true };
}

function notesOf(layout: TextLayout, index: RowIndex): ImportNote[] {
  const notes: ImportNote[] = [];
  const gaps = index.runs.length - 1;
  const ignored = layout.columns.filter(({ role }) => role === 'ignore').map(({ name }) => name);
  if (gaps > 0)
    notes.push({
      kind: 'read',
      code: 'text-gaps',
      message: `The time column has ${gaps.toLocaleString('en')} ${gaps === 1 ? 'gap' : 'gaps'}, shown as gaps.`,
    });
  if (layout.unclearDate !== null)
    notes.push({
      kind: 'assumed',
      code: 'text-date-order',
      message: `The date in "${layout.unclearDate}" may begin with the day or with the month: the start is left open.`,
    });
  if (index.repeated.size > 0)
    notes.push({
      kind: 'repaired',
      code: 'text-repeated-times',
      message: `${index.repeated.size.toLocaleString('en')} lines repeat the time of the line before and were left out.`,
    });
  if (index.cutOff)
    notes.push({
      kind: 'ignored',
      code: 'text-last-line',
      message:
        'The last line has fewer columns than the others and was left out. The file may be cut off.',
    });
  if (!index.endsWithLine)
    notes.push({
      kind: 'assumed',
      code: 'text-no-line-end',
      message: 'The file does not end with a line end. Its last line was taken as whole.',
    });
  if (ignored.length > 0)
    notes.push({
      kind: 'ignored',
      code: 'text-columns',
      message: `Columns that are no leads: ${ignored.join(', ')}.`,
    });
  return notes;
}
