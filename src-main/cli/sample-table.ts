/** The samples of some leads as a table, in bounded memory: `rhythmark read`. */
import type { Lead } from '../contract/domain.ts';
import { RhythmarkError } from '../contract/errors.ts';
import { writeFileAtomically } from '../formats/atomic-file.ts';
import { NO_SAMPLE, type RecordingReader } from '../formats/reader.ts';
import { CSV_LINE_END, csvLine } from '../report/csv.ts';
import { leadNamed } from '../rhythm/choose-lead.ts';
import { interruption } from './interruption.ts';
import { refuseUnwritable } from './output.ts';
import { openNamed } from './source.ts';
import type { Terminal } from './terminal.ts';

export interface SampleTableRequest {
  readonly path: string;
  readonly out: string;
  readonly fromS: number;
  readonly toS: number | null;
  /** By name, in the order of the columns; null for all. */
  readonly leads: readonly string[] | null;
  readonly values: 'stored' | 'physical';
}

/** What rdsamp prints where there is no sample (WFDB_INVALID_SAMPLE). */
const STORED_MISSING = '-32768';

/** Rows read at a time, over all leads. */
const BLOCK_VALUES = 1 << 18;

/** A lead of the table: `perRow` of its samples go into a row. */
interface Column {
  readonly index: number;
  readonly lead: Lead;
  readonly perRow: number;
}

/** Errors of `openRecording`, `bad-request` for a lead that is not there, `cancelled`. */
export async function writeSampleTable(
  request: SampleTableRequest,
  terminal: Terminal,
): Promise<void> {
  await refuseUnwritable(request.out, [request.path]);
  const stopping = interruption();
  const reader = await openNamed(request.path);
  try {
    const columns = columnsOf(reader.header.leads, request.leads);
    for (const { lead } of columns) {
      if (lead.calibrated || request.values === 'stored') continue;
      terminal.complain(`${lead.name} is uncalibrated: the file states no gain for it.`);
    }
    const endS = Math.max(0, ...columns.map(({ lead }) => lead.sampleCount / lead.samplingHz));
    if (request.fromS > 0 && request.fromS >= endS) {
      throw new RhythmarkError(
        'bad-request',
        `${request.path} ends at ${Number(endS.toFixed(3))} s; --from is after that.`,
      );
    }
    await writeFileAtomically(request.out, table(reader, columns, request, stopping.signal));
  } finally {
    stopping.end();
    await reader.close();
  }
}

function columnsOf(leads: readonly Lead[], names: readonly string[] | null): Column[] {
  const indices = names === null ? leads.keys() : names.map((name) => leadNamed(leads, name));
  const chosen = [...indices].flatMap((index) => {
    const lead = leads[index];
    return lead === undefined ? [] : [{ index, lead }];
  });
  const lowestHz = Math.min(...chosen.map(({ lead }) => lead.samplingHz));
  return chosen.map(({ index, lead }) => {
    const perRow = Math.round(lead.samplingHz / lowestHz);
    if (Math.abs(perRow * lowestHz - lead.samplingHz) > 1e-6 * lead.samplingHz) {
      const rates = [...new Set(chosen.map((other) => `${other.lead.samplingHz} Hz`))].join(', ');
      throw new RhythmarkError(
        'unsupported',
        `The leads have sampling rates that do not fit into one table (${rates}). Ask for leads of one rate with --leads.`,
      );
    }
    return { index, lead, perRow };
  });
}

async function* table(
  reader: RecordingReader,
  columns: readonly Column[],
  request: SampleTableRequest,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield csvLine(['sample', ...columns.map(({ lead }) => lead.name)]) + CSV_LINE_END;
  const rowsIn = ({ lead, perRow }: Column) => Math.floor(lead.sampleCount / perRow);
  const rows = Math.max(0, ...columns.map(rowsIn));
  const hz = (columns[0]?.lead.samplingHz ?? 1) / (columns[0]?.perRow ?? 1);
  const end = request.toS === null ? rows : Math.min(rows, Math.round(request.toS * hz));
  const perRow = columns.reduce((sum, column) => sum + column.perRow, 0);
  const step = Math.max(1, Math.floor(BLOCK_VALUES / Math.max(1, perRow)));
  for (let from = Math.round(request.fromS * hz); from < end; from += step) {
    if (signal.aborted) throw new RhythmarkError('cancelled', 'Stopped; no file was written.');
    const to = Math.min(end, from + step);
    const cells =
      request.values === 'stored'
        ? await storedCells(reader, columns, from, to)
        : await physicalCells(reader, columns, from, to);
    const lines: string[] = [];
    for (let row = from; row < to; row++) {
      let line = String(row);
      for (const column of cells) line += `,${column(row - from)}`;
      lines.push(line);
    }
    yield lines.join(CSV_LINE_END) + CSV_LINE_END;
  }
}

/** Text of a row's cell, by row of the block. */
type Cells = (row: number) => string;

async function storedCells(
  reader: RecordingReader,
  columns: readonly Column[],
  from: number,
  to: number,
): Promise<Cells[]> {
  const stored = await storedOf(reader, columns, from, to);
  return columns.map(({ perRow }, at) => (row) => {
    const mean = meanOf(stored[at], row * perRow, perRow, (value) => value !== NO_SAMPLE);
    return mean === null ? STORED_MISSING : String(Math.trunc(mean));
  });
}

/**
 * Where the file has integers, from those in double precision: a float32 has 7 digits, of which
 * rdsamp prints 8 decimals.
 */
async function physicalCells(
  reader: RecordingReader,
  columns: readonly Column[],
  from: number,
  to: number,
): Promise<Cells[]> {
  const hasIntegers = columns.every(({ lead }) => lead.gain !== undefined);
  if (hasIntegers) {
    const stored = await storedOf(reader, columns, from, to);
    return columns.map(({ lead, perRow }, at) => (row) => {
      const mean = meanOf(stored[at], row * perRow, perRow, (value) => value !== NO_SAMPLE);
      return mean === null ? '' : decimals((mean - (lead.baseline ?? 0)) / (lead.gain ?? 1));
    });
  }
  const physical = await byRate(columns, from, to, (indices, start, end) =>
    reader.read(indices, start, end),
  );
  return columns.map(({ perRow }, at) => (row) => {
    const mean = meanOf(physical[at], row * perRow, perRow, Number.isFinite);
    return mean === null ? '' : String(Number(mean.toPrecision(8)));
  });
}

function decimals(value: number): string {
  return String(Number(value.toFixed(8)));
}

function storedOf(
  reader: RecordingReader,
  columns: readonly Column[],
  from: number,
  to: number,
): Promise<Int32Array[]> {
  return byRate(columns, from, to, (indices, start, end) => reader.readStored(indices, start, end));
}

/** One read for all leads of a rate, since most formats interleave them. */
async function byRate<T>(
  columns: readonly Column[],
  from: number,
  to: number,
  readLeads: (indices: readonly number[], from: number, to: number) => Promise<T[]>,
): Promise<T[]> {
  const found = new Map<Column, T>();
  for (const perRow of new Set(columns.map((column) => column.perRow))) {
    const same = columns.filter((column) => column.perRow === perRow);
    const samples = await readLeads(
      same.map(({ index }) => index),
      from * perRow,
      to * perRow,
    );
    same.forEach((column, at) => {
      const values = samples[at];
      if (values !== undefined) found.set(column, values);
    });
  }
  return columns.flatMap((column) => found.get(column) ?? []);
}

/** Mean of the samples present; null where none is. */
function meanOf(
  samples: Int32Array | Float32Array | undefined,
  at: number,
  count: number,
  isPresent: (value: number) => boolean,
): number | null {
  let sum = 0;
  let present = 0;
  for (let index = at; index < at + count; index++) {
    const value = samples?.[index];
    if (value === undefined || !isPresent(value)) continue;
    sum += value;
    present += 1;
  }
  return present === 0 ? null : sum / present;
}
