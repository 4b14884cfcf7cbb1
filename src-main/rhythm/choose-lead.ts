/**
 * Which lead of a recording its rhythm is read from. P waves and f-waves are largest in II in most
 * people, so II goes first, then I, then a lead that is merely called ECG; leads without such a
 * name by how clean they are. A lead that is not connected is passed over.
 */
import { WINDOW_S } from '../contract/conventions.ts';
import type { Lead } from '../contract/domain.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { RecordingReader } from '../formats/reader.ts';
import { preprocessWhole } from '../signal/preprocess.ts';
import type { LeadChoice } from './job.ts';

/** Bare names (see `bareName`) in order of preference; MLII is the ambulatory II of MIT-BIH. */
const PREFERRED: readonly (readonly string[])[] = [
  ['ii', 'mlii', 'ml2', 'dii', 'd2', 'l2'],
  ['i', 'mli', 'ml1', 'di', 'd1', 'l1'],
  ['ecg', 'ekg', 'ecg1', 'ekg1', 'ecga', 'ch1ecg', ''],
];

/** Channels that monitors record beside the ECG. */
const NOT_ECG =
  /^(resp|pleth|ppg|spo2|sao2|o2sat|abp|art|bp|nibp|pap|cvp|icp|co2|etco2|acc|gyro|gsr|eda|emg|eeg|eog|temp|hr|rr|pulse|marker|event|status|trigger|annot|airflow|thor|abdo|snore|position|press|light|battery)/;

/** Spans looked at to see whether a lead is connected and clean, as parts of the recording. */
const LOOKED_AT = [1 / 6, 3 / 6, 5 / 6] as const;

/**
 * Indices of the leads to classify, best first; one for `auto` and `named`. Throws `bad-request`
 * when the named lead is not there, `damaged-file` when there is no lead at all.
 */
export async function chooseLeads(
  reader: Pick<RecordingReader, 'header' | 'read'>,
  choice: LeadChoice,
): Promise<number[]> {
  const { leads } = reader.header;
  if (leads.length === 0) {
    throw new RhythmarkError('damaged-file', 'The recording holds no lead that could be read.');
  }
  switch (choice.kind) {
    case 'named':
      return [leadNamed(leads, choice.name)];
    case 'all':
      return ecgLeads(leads);
    case 'auto':
      return [await bestLead(reader)];
  }
}

/** Index of a lead by name, upper and lower case alike. Throws `bad-request` that lists the leads. */
export function leadNamed(leads: readonly Lead[], name: string): number {
  const exact = leads.findIndex((lead) => lead.name === name);
  if (exact >= 0) return exact;
  const loose = leads.findIndex((lead) => bareName(lead.name) === bareName(name));
  if (loose >= 0) return loose;
  throw new RhythmarkError(
    'bad-request',
    `The recording has no lead ${JSON.stringify(name)}. It has ${leads.map((lead) => lead.name || '(no name)').join(', ')}.`,
  );
}

/** Leads that can be an ECG, by unit and name; all of them where none can. */
export function ecgLeads(leads: readonly Lead[]): number[] {
  const indices = leads.map((_, index) => index);
  const ecg = indices.filter((index) => {
    const lead = leads[index];
    if (lead === undefined || lead.sampleCount === 0) return false;
    const isVoltage = !lead.calibrated || lead.unit === 'mV';
    return isVoltage && !NOT_ECG.test(bareName(lead.name));
  });
  return ecg.length > 0 ? ecg : indices;
}

async function bestLead(reader: Pick<RecordingReader, 'header' | 'read'>): Promise<number> {
  const { leads } = reader.header;
  const candidates = ecgLeads(leads).map((index) => ({
    index,
    rank: rankOf(leads[index]?.name ?? ''),
  }));
  candidates.sort((a, b) => a.rank - b.rank || a.index - b.index);
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only.index;
  let best = { index: candidates[0]?.index ?? 0, quality: -Infinity };
  for (const { index, rank } of candidates) {
    const quality = await qualityOf(reader, index);
    if (rank < PREFERRED.length && quality > 0) return index;
    if (quality > best.quality) best = { index, quality };
  }
  return best.index;
}

function rankOf(name: string): number {
  const rank = PREFERRED.findIndex((names) => names.includes(bareName(name)));
  return rank < 0 ? PREFERRED.length : rank;
}

/** `Lead II`, `ECG II`, `MLII`, `ecg_1` -> `ii`, `ii`, `mlii`, `ecg1`. */
function bareName(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9+-]/g, '');
  return plain
    .replace(/^(ecg|ekg)?lead(?=.)/, '')
    .replace(/^(ecg|ekg)(?=(i|ii|iii|avr|avl|avf|v\d)$)/, '');
}

/**
 * Mean kurtosis of three spans after preprocessing, 0 for a span without signal. Kurtosis is 3 for
 * Gaussian noise and above 5 for a clean ECG, whose energy sits in its QRS complexes (Li, Mark,
 * Clifford 2008, Physiol Meas 29:15).
 */
async function qualityOf(
  reader: Pick<RecordingReader, 'header' | 'read'>,
  index: number,
): Promise<number> {
  const lead = reader.header.leads[index];
  if (lead === undefined) return 0;
  const spanSamples = Math.min(lead.sampleCount, Math.ceil(WINDOW_S * lead.samplingHz));
  const starts = new Set(
    LOOKED_AT.map((part) => Math.floor(part * (lead.sampleCount - spanSamples))),
  );
  let sum = 0;
  for (const from of starts) {
    const [samples] = await reader.read([index], from, from + spanSamples);
    if (samples === undefined) continue;
    const block = preprocessWhole(samples, lead.samplingHz);
    if (block.analysable[0] === 1) sum += kurtosis(block.input);
  }
  return sum / starts.size;
}

function kurtosis(x: Float32Array): number {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  let second = 0;
  let fourth = 0;
  for (const value of x) {
    const squared = (value - mean) ** 2;
    second += squared;
    fourth += squared * squared;
  }
  return second === 0 ? 0 : (fourth * x.length) / (second * second);
}
