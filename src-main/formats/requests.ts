/** Checks of what a reader is asked for, and what it answers with, the same for every format. */
import type { Lead, RecordingHeader } from '../contract/domain.ts';
import { RhythmarkError } from '../contract/errors.ts';

/** Samples of one lead in one call: 2 GiB of Float32. Callers read long recordings in pieces. */
const MAX_SAMPLES_A_CALL = 2 ** 29;

/** The leads asked for; `bad-request` where one does not exist or their rates differ. */
export function checkedLeads(
  header: Pick<RecordingHeader, 'leads'>,
  leads: readonly number[],
): readonly [Lead, ...Lead[]] {
  const [first, ...others] = leads.map((index) => {
    const lead = header.leads[index];
    if (lead === undefined)
      throw new RhythmarkError(
        'bad-request',
        `There is no lead ${index + 1}; the recording has ${header.leads.length}.`,
      );
    return lead;
  });
  if (first === undefined) throw new RhythmarkError('bad-request', 'No lead was asked for.');
  for (const lead of others)
    if (lead.samplingHz !== first.samplingHz)
      throw new RhythmarkError(
        'bad-request',
        `${first.name} has ${first.samplingHz} Hz and ${lead.name} ${lead.samplingHz} Hz; leads of different rates are read one by one.`,
      );
  return [first, ...others];
}

/**
 * The arrays that a read fills, one of `length` for each lead: the caller's, or new ones full of
 * zeros. `bad-request` where the caller's do not fit.
 */
export function outputs(
  leads: readonly number[],
  length: number,
  into: readonly Float32Array[] | undefined,
): Float32Array[] {
  if (into === undefined) return leads.map(() => new Float32Array(length));
  if (into.length === leads.length && into.every((out) => out.length === length)) return [...into];
  throw new RhythmarkError(
    'bad-request',
    `${length} samples of ${leads.length} leads do not fit the arrays that were given for them.`,
  );
}

/** Length of [from, to); `bad-request` unless both are whole numbers in order and not absurd. */
export function checkedRange(from: number, to: number): number {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to < from)
    throw new RhythmarkError('bad-request', `Samples ${from} to ${to} are no range.`);
  if (to - from > MAX_SAMPLES_A_CALL)
    throw new RhythmarkError(
      'bad-request',
      `${(to - from).toLocaleString('en')} samples are too many for one call; at most ${MAX_SAMPLES_A_CALL.toLocaleString('en')}.`,
    );
  return to - from;
}

/**
 * `value x scale + offset` as 32-bit floats; a value that no 32-bit float holds, or that is none,
 * is a missing sample. `values` may be shorter than `out`.
 */
export function roundedInto(
  out: Float32Array,
  values: Float64Array,
  scale: number,
  offset: number,
): void {
  for (let i = 0; i < out.length; i++) {
    const value = Math.fround((values[i] ?? NaN) * scale + offset);
    out[i] = Number.isFinite(value) ? value : NaN;
  }
}
