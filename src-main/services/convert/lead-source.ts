/**
 * A recording's leads as integers to be stored anew: those of the file where it has integers,
 * else decimals rounded to a step that is stated.
 */
import type { Lead } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { NO_SAMPLE, type RecordingReader } from '../../formats/reader.ts';

export interface LeadSource {
  readonly index: number;
  readonly lead: Lead;
  /** Stored units per unit, and the stored value of 0. */
  readonly gain: number;
  readonly baseline: number;
  /** Range of the stored values; both 0 where there is no sample. */
  readonly least: number;
  readonly most: number;
  /** Step that decimals were rounded to, in the lead's unit; null where integers are kept. */
  readonly roundedTo: number | null;
  /** Stored integers [from, to); NO_SAMPLE where there is none and after the end. */
  read(from: number, to: number): Promise<Int32Array>;
}

/** Values read at a time. */
export const BLOCK_SAMPLES = 1 << 18;
/** Steps finer than this per unit say nothing: a nanovolt. */
const FINEST_GAIN = 1e6;

/** `mostSteps`: the largest stored number that the target can hold, for decimals. */
export async function leadSource(
  reader: RecordingReader,
  index: number,
  mostSteps: number,
): Promise<LeadSource> {
  const lead = reader.header.leads[index];
  if (lead === undefined) throw new RhythmarkError('bad-request', `There is no lead ${index + 1}.`);
  const stored = async (from: number, to: number): Promise<Int32Array> =>
    (await reader.readStored([index], from, to))[0] ?? new Int32Array(0);
  if (await holdsIntegers(stored)) {
    const { least, most } = await rangeOf(lead, stored);
    const { gain = 1, baseline = 0 } = lead;
    return { index, lead, gain, baseline, least, most, roundedTo: null, read: stored };
  }
  const physical = async (from: number, to: number): Promise<Float32Array> =>
    (await reader.read([index], from, to))[0] ?? new Float32Array(0);
  const gain = gainFor(await largest(lead, physical), mostSteps);
  const read = async (from: number, to: number): Promise<Int32Array> => {
    const values = await physical(from, to);
    return Int32Array.from(values, (value) =>
      Number.isNaN(value) ? NO_SAMPLE : Math.round(value * gain),
    );
  };
  const { least, most } = await rangeOf(lead, read);
  return { index, lead, gain, baseline: 0, least, most, roundedTo: 1 / gain, read };
}

async function holdsIntegers(stored: (from: number, to: number) => Promise<Int32Array>) {
  try {
    await stored(0, 1);
    return true;
  } catch (error) {
    if (error instanceof RhythmarkError && error.code === 'unsupported') return false;
    throw error;
  }
}

async function rangeOf(
  lead: Lead,
  read: (from: number, to: number) => Promise<Int32Array>,
): Promise<{ least: number; most: number }> {
  let least = Infinity;
  let most = -Infinity;
  for (let from = 0; from < lead.sampleCount; from += BLOCK_SAMPLES) {
    const values = await read(from, Math.min(lead.sampleCount, from + BLOCK_SAMPLES));
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? NO_SAMPLE;
      if (value === NO_SAMPLE) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return most < least ? { least: 0, most: 0 } : { least, most };
}

async function largest(
  lead: Lead,
  read: (from: number, to: number) => Promise<Float32Array>,
): Promise<number> {
  let most = 0;
  for (let from = 0; from < lead.sampleCount; from += BLOCK_SAMPLES) {
    const values = await read(from, Math.min(lead.sampleCount, from + BLOCK_SAMPLES));
    for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i] ?? 0) || 0);
  }
  return most;
}

/** The largest power of ten under which the value still fits, so that the step is a round number. */
function gainFor(most: number, steps: number): number {
  if (most === 0) return 1000;
  const gain = 10 ** Math.floor(Math.log10(steps / most));
  return Math.min(FINEST_GAIN, gain);
}
