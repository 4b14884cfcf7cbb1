/** A recording as a table: time in seconds, then a column a lead in its unit. */
import { join } from 'node:path';
import { RhythmarkError } from '../../contract/errors.ts';
import { writeFileAtomically } from '../../formats/atomic-file.ts';
import type { RecordingReader } from '../../formats/reader.ts';
import { CSV_LINE_END, csvLine } from '../../report/csv.ts';
import type { LossNotes } from './kept.ts';
import { shortest } from './shortest.ts';

const BLOCK_ROWS = 1 << 15;

export async function toCsv(
  reader: RecordingReader,
  name: string,
  folder: string,
  losses: LossNotes,
): Promise<string[]> {
  const { header } = reader;
  const rates = new Set(header.leads.map((lead) => lead.samplingHz));
  if (rates.size > 1) {
    throw new RhythmarkError(
      'unsupported',
      `One table has one sampling rate; this recording has ${[...rates].map((hz) => `${hz} Hz`).join(', ')}. Convert to EDF or WFDB instead.`,
    );
  }
  if (header.start !== null || Object.values(header.patient).some((field) => field !== null)) {
    losses.add('convert-patient', 'Start, device and patient have no place in a table.');
  }
  if (header.leads.some((lead) => !lead.calibrated)) {
    losses.add('convert-calibration', 'Leads without a unit are written as the numbers they are.');
  }
  await writeFileAtomically(join(folder, `${name}.csv`), table(reader));
  const sets = await reader.annotations();
  const files = [`${name}.csv`];
  if (sets.length > 0) {
    const file = `${name}-annotations.csv`;
    const lines = sets.flatMap((set) =>
      set.annotations.map((one) =>
        csvLine([
          set.annotator,
          one.sample / set.samplingHz,
          one.symbol,
          one.subtype,
          one.channel,
          one.num,
          one.aux,
          one.durationS ?? '',
        ]),
      ),
    );
    const head = 'annotator,time_s,symbol,subtype,channel,num,aux,duration_s'.split(',');
    await writeFileAtomically(
      join(folder, file),
      [csvLine(head), ...lines].map((line) => line + CSV_LINE_END),
    );
    files.push(file);
  }
  return files;
}

async function* table(reader: RecordingReader): AsyncGenerator<string> {
  const { leads } = reader.header;
  const hz = leads[0]?.samplingHz ?? 1;
  const names = leads.map(({ name, unit, calibrated }) =>
    calibrated && unit !== '' ? `${name} (${unit})` : name,
  );
  yield csvLine(['time (s)', ...names]) + CSV_LINE_END;
  const rows = Math.max(...leads.map((lead) => lead.sampleCount));
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const to = Math.min(rows, from + BLOCK_ROWS);
    const columns = await reader.read([...leads.keys()], from, to);
    const lines: string[] = [];
    for (let row = from; row < to; row++) {
      let line = seconds(row / hz);
      for (const values of columns) line += `,${shortest(values[row - from] ?? NaN)}`;
      lines.push(line);
    }
    yield lines.join(CSV_LINE_END) + CSV_LINE_END;
  }
}

/** To the nanosecond, so that the rate can be told from two rows. */
function seconds(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
