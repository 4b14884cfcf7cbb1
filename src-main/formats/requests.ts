/** Checks of what a reader is asked for, the same for every format. */
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
