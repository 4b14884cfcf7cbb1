/**
 * Which arrays are leads, and at which rate: found where the file tells, asked for where not.
 * The question and its answer are those of text files (`TextPreview`, `TextChoice`): every channel
 * of every array is a column with a role.
 */
import type { TextChoice, TextPreview } from '../../contract/text.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { STANDARD_12 } from '../lead-names.ts';
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

/** Names by which people and toolboxes call a sampling rate; a heart rate or a mains frequency is none. */
const RATE_NAME =
  /(?:^|[./])(?:(?:ecg|ekg|signal|sig|adc|new|orig(?:inal)?)_?)?(?:f_?s|sf|sr|s_?rate|hz|rate|s?freq(?:uency)?|samp(?:l(?:e|ing))?_?(?:rate|freq(?:uency)?))(?:_?hz)?$/i;
const ECG_NAME = /(^|[./_{])(ecg|ekg|val|signals?|data|p_signal|lead)/i;
const NOT_A_LEAD =
  /(^|[./_])(labels?|class(es)?|target|ann(otations?)?|y|time|t|idx|index|[pqrst]_?(peaks?|locs?)|peaks?|locs?|beats?|qrs\w*|rr\w*|nn|ibi|hr|heart_?rate|mask)$/i;
/** CPSC 2018 files are `ECG.data`, 12 leads, 500 Hz by the challenge's description. */
const CPSC = { name: 'ECG.data', channels: 12, samplingHz: 500 } as const;
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
  let samplingHz = agreed(time?.samplingHz ?? null, rateScalar(file, chosen));
  if (samplingHz === null && chosen?.name === CPSC.name && chosen.channels === CPSC.channels) {
    samplingHz = CPSC.samplingHz;
    assumed.push(
      'The layout is that of the CPSC 2018 challenge, whose rate is 500 Hz and unit mV.',
    );
    return { roles, samplingHz, unit: 'mV', assumed };
  }
  return { roles, samplingHz, unit: unitOf(file, chosen), assumed };
}

/** The reading under a person's choice, or what the file tells; `needs-choice` where neither does. */
export async function decideReading(file: ArrayFile, choice: TextChoice | null): Promise<Reading> {
  const columns = columnsOf(file);
  if (columns.length === 0) {
    const others = file.leftOut.slice(0, 6).join(', ');
    throw new RhythmarkError(
      'not-a-recording',
      `The ${file.format} file holds no array that could be a lead (100 samples or more).${others === '' ? '' : ` It holds ${others}: save the samples as a plain numeric array.`}`,
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

/** Both where they are one, either where only one is known; null where they contradict each other. */
function agreed(fromTime: number | null, stated: number | null): number | null {
  if (fromTime === null || stated === null) return fromTime ?? stated;
  return Math.abs(fromTime / stated - 1) <= 0.01 ? stated : null;
}

/** The rate beside the chosen array, or the only one of the file; null where several differ. */
function rateScalar(file: ArrayFile, chosen: ArrayVariable | undefined): number | null {
  const found = [...file.scalars].filter(
    ([name, value]) => RATE_NAME.test(name) && value >= 20 && value <= 100_000,
  );
  return only(besideOf(found, chosen).map(([, value]) => value));
}

const UNITS: Readonly<Record<string, TextChoice['unit']>> = {
  ...{ mv: 'mV', millivolt: 'mV', millivolts: 'mV', v: 'V', volt: 'V', volts: 'V' },
  ...{ uv: 'uV', '\u00b5v': 'uV', '\u03bcv': 'uV', microvolt: 'uV', microvolts: 'uV' },
};

/** The unit beside the chosen array, or the only one of the file; unknown where several differ. */
function unitOf(file: ArrayFile, chosen: ArrayVariable | undefined): TextChoice['unit'] {
  const found = [...file.texts].flatMap(([name, text]): [string, TextChoice['unit']][] => {
    const unit = /unit/i.test(name) ? UNITS[text.trim().toLowerCase()] : undefined;
    return unit === undefined ? [] : [[name, unit]];
  });
  return only(besideOf(found, chosen).map(([, unit]) => unit)) ?? 'unknown';
}

/** Those in the structure or group of the array, or on the array itself; all where there is none. */
function besideOf<T>(
  named: readonly (readonly [string, T])[],
  chosen: ArrayVariable | undefined,
): readonly (readonly [string, T])[] {
  if (chosen === undefined) return named;
  const own = named.filter(([name]) => name.startsWith(`${chosen.name}/`));
  const beside = named.filter(([name]) => parentOf(name) === parentOf(chosen.name));
  return own.length > 0 ? own : beside.length > 0 ? beside : named;
}

function parentOf(path: string): string {
  return path.replace(/[./]?[^./]*$/, '');
}

function only<T>(values: readonly T[]): T | null {
  const distinct = [...new Set(values)];
  return distinct.length === 1 ? (distinct[0] ?? null) : null;
}

/**
 * A channel whose values rise by equal steps is the time in seconds (or milliseconds). Where it rises
 * by one it counts samples as well as milliseconds, and tells no rate.
 */
async function timeColumn(
  columns: readonly Column[],
): Promise<{ column: Column; samplingHz: number | null } | null> {
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
    if (step === 1) return { column, samplingHz: null };
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
