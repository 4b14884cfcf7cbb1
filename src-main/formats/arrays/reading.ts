/**
 * Which arrays are leads, and at which rate: found where the file tells, asked for where not.
 * The question and its answer are those of text files (`TextPreview`, `TextChoice`): every channel
 * of every array is a column with a role.
 */
import type { TextChoice, TextPreview } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { LIMITS } from '../limits.ts';
import type { ArrayFile, ArrayVariable } from './variables.ts';

/** One channel of one array. */
export interface Column {
  readonly name: string;
  readonly variable: ArrayVariable;
  readonly channel: number;
}

export interface Reading {
  readonly leads: readonly Column[];
  readonly samplingHz: number;
  readonly unit: TextChoice['unit'];
  /** What the reader concluded by itself, for the import notes. */
  readonly assumed: readonly string[];
}

type Role = TextChoice['roles'][number];

/** Names by which people and toolboxes call a sampling rate. */
const RATE_NAME =
  /(^|[./_])(fs|hz|freq|frequency|sf|srate|rate|sample_?rate|sampling_?rate|sampling_?freq(uency)?|samplefreq)(_?hz)?$/i;
const ECG_NAME = /(^|[./_{])(ecg|ekg|val|signals?|data|p_signal|lead)/i;
const NOT_A_LEAD =
  /(^|[./_])(labels?|class(es)?|target|annotations?|y|time|t|idx|index|r_?peaks?)$/i;
/** CPSC 2018 files are `ECG.data`, 12 leads, 500 Hz by the challenge's description. */
const CPSC = { name: 'ECG.data', channels: 12, samplingHz: 500 } as const;
const STANDARD_12 = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
/** Samples that decide whether a channel is a time axis. */
const TIME_PROBE = 64;

/** Every channel of every array that could hold leads, in the order of the file. */
export function columnsOf(file: ArrayFile): Column[] {
  const total = file.variables.reduce((sum, { channels }) => sum + channels, 0);
  if (total > LIMITS.arrays) {
    throw new RhythmarkError(
      'too-large',
      `The ${file.format} file holds ${total.toLocaleString('en')} rows of numbers, more than any recording has leads.`,
    );
  }
  return file.variables.flatMap((variable) =>
    Array.from({ length: variable.channels }, (_, channel) => ({
      name: nameOf(variable, channel),
      variable,
      channel,
    })),
  );
}

function nameOf(variable: ArrayVariable, channel: number): string {
  if (variable.name === CPSC.name && variable.channels === CPSC.channels) {
    return STANDARD_12[channel] ?? `${channel + 1}`;
  }
  return variable.channels === 1 ? variable.name : `${variable.name} ${channel + 1}`;
}

/** What the file itself tells; open questions stay null or empty. */
export interface Finding {
  readonly roles: readonly Role[];
  readonly samplingHz: number | null;
  readonly unit: TextChoice['unit'];
  readonly assumed: readonly string[];
}

export async function findReading(file: ArrayFile, columns: readonly Column[]): Promise<Finding> {
  const assumed: string[] = [];
  const time = await timeColumn(columns);
  const chosen = leadVariable(file, time);
  const roles = columns.map((column): Role => {
    if (column === time?.column) return 'time';
    return column.variable === chosen ? 'lead' : 'ignore';
  });
  let samplingHz = time?.samplingHz ?? rateScalar(file);
  if (samplingHz === null && chosen?.name === CPSC.name && chosen.channels === CPSC.channels) {
    samplingHz = CPSC.samplingHz;
    assumed.push(
      'The layout is that of the CPSC 2018 challenge, whose rate is 500 Hz and unit mV.',
    );
    return { roles, samplingHz, unit: 'mV', assumed };
  }
  return { roles, samplingHz, unit: unitOf(file), assumed };
}

/** The reading under a person's choice, or what the file tells; `needs-choice` where neither does. */
export async function decideReading(file: ArrayFile, choice: TextChoice | null): Promise<Reading> {
  const columns = columnsOf(file);
  if (columns.length === 0) {
    throw new RhythmarkError(
      'not-a-recording',
      `The ${file.format} file holds no array that could be a lead (100 samples or more).`,
    );
  }
  const finding = await findReading(file, columns);
  const roles = choice && choice.roles.length === columns.length ? choice.roles : finding.roles;
  const leads = columns.filter((_, i) => roles[i] === 'lead');
  const samplingHz = choice?.samplingHz ?? finding.samplingHz;
  if (leads.length === 0 || samplingHz === null) {
    throw new RhythmarkError(
      'needs-choice',
      leads.length === 0
        ? `The ${file.format} file does not tell which of its arrays is the ECG. Choose it in the preview.`
        : `The ${file.format} file does not state a sampling rate. Give it in the preview.`,
    );
  }
  return { leads, samplingHz, unit: choice?.unit ?? finding.unit, assumed: finding.assumed };
}

/** The same as a preview: columns with roles, what is known, the first seconds of the first lead. */
export async function previewReading(
  file: ArrayFile,
  choice: TextChoice | null,
): Promise<TextPreview> {
  const columns = columnsOf(file);
  const finding = await findReading(file, columns);
  const roles = choice && choice.roles.length === columns.length ? choice.roles : finding.roles;
  const samplingHz = choice?.samplingHz ?? finding.samplingHz;
  const first = columns.find((_, i) => roles[i] === 'lead');
  const shown = await Promise.all(
    columns.map(async ({ name, variable, channel }, i) => ({
      name,
      role: roles[i] ?? 'ignore',
      first: Array.from(await variable.read(channel, 0, 4), (value) => String(value)),
    })),
  );
  return {
    holds: 'arrays',
    delimiter: ',',
    decimal: '.',
    headerRows: 0,
    columns: shown,
    samplingHz,
    unit: choice?.unit ?? finding.unit,
    open: [
      ...(samplingHz === null ? (['samplingHz'] as const) : []),
      ...(first === undefined ? (['columns'] as const) : []),
    ],
    trace:
      first === undefined
        ? null
        : {
            samplingHz: samplingHz ?? 250,
            values: Float32Array.from(
              await first.variable.read(
                first.channel,
                0,
                Math.min(first.variable.samples, Math.round((samplingHz ?? 250) * 10)),
              ),
            ),
          },
  };
}

/** The array that is the ECG: the only one, the one so named, or none (then a person says). */
function leadVariable(file: ArrayFile, time: { column: Column } | null): ArrayVariable | undefined {
  const candidates = file.variables.filter(
    (variable) =>
      !NOT_A_LEAD.test(variable.name) &&
      !(variable === time?.column.variable && variable.channels === 1),
  );
  if (candidates.length <= 1) return candidates[0];
  const named = candidates.filter((variable) => ECG_NAME.test(variable.name));
  return named.length === 1 ? named[0] : undefined;
}

function rateScalar(file: ArrayFile): number | null {
  for (const [name, value] of file.scalars) {
    if (RATE_NAME.test(name) && value >= 20 && value <= 100_000) return value;
  }
  return null;
}

function unitOf(file: ArrayFile): TextChoice['unit'] {
  for (const [name, text] of file.texts) {
    if (!/unit/i.test(name)) continue;
    const unit = ({ mv: 'mV', uv: 'uV', '\u00b5v': 'uV', v: 'V' } as const)[
      text.trim().toLowerCase()
    ];
    if (unit !== undefined) return unit;
  }
  return 'unknown';
}

/** A channel whose values rise by equal steps is the time in seconds (or milliseconds). */
async function timeColumn(
  columns: readonly Column[],
): Promise<{ column: Column; samplingHz: number } | null> {
  for (const column of columns) {
    // A leading column of its array, or an array of its own with a telling name.
    const telling = /(^|[./_])(time|t|secs?|seconds)$/i.test(column.variable.name);
    if (!(telling || (column.channel === 0 && column.variable.channels > 1))) continue;
    const { samples } = column.variable;
    const head = await column.variable.read(column.channel, 0, Math.min(TIME_PROBE, samples));
    const [end = NaN] = await column.variable.read(column.channel, samples - 1, samples);
    const begin = head[0] ?? NaN;
    const step = (end - begin) / (samples - 1);
    if (!(step > 0) || step === Infinity || !isSteady(head, begin, step)) continue;
    // Steps of a millisecond or more are milliseconds: no ECG has under 20 samples a second.
    const samplingHz = step >= 0.2 ? 1000 / step : 1 / step;
    if (samplingHz < 20 || samplingHz > 100_000) continue;
    const whole = Math.round(samplingHz);
    return {
      column,
      samplingHz: Math.abs(samplingHz - whole) < whole * 1e-4 ? whole : samplingHz,
    };
  }
  return null;
}

function isSteady(head: Float64Array, begin: number, step: number): boolean {
  return head.every((value, i) => Math.abs(value - begin - i * step) < step / 2);
}
