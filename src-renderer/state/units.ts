/** The unit of leads whose file states none: said while the paper shows at once what it makes of it. */
import type { UnitBefore } from '../../src-main/contract/api.ts';
import type { RecordingId } from '../../src-main/contract/domain.ts';
import type { UnitChoice } from '../../src-main/contract/lead-unit.ts';
import { host } from '../host/client.ts';
import { unitWords } from '../views/unit-words.ts';
import { notices, reportFailure } from './notices.svelte.ts';
import { review } from './review.svelte.ts';

/** What was in force before; null where nothing was changed. */
export async function sayUnit(id: RecordingId, choice: UnitChoice): Promise<UnitBefore | null> {
  const remembered = choice.kind === 'unknown' ? null : choice;
  try {
    const unit = { choice, origin: 'said' } as const;
    const before = await host.call('recording.setUnit', { id, unit, remembered });
    await review.sourceChanged([id]);
    return before;
  } catch (error) {
    reportFailure('The unit was not kept.', error);
    return null;
  }
}

export async function takeUnitBack(id: RecordingId, before: UnitBefore): Promise<void> {
  await host.call('recording.setUnit', { id, ...before });
  await review.sourceChanged([id]);
}

/** After the last choice: one act to undo, however many were tried. */
export function tellUnit(id: RecordingId, choice: UnitChoice, before: UnitBefore): void {
  const remembered = choice.kind === 'unknown' ? '' : ' Remembered for files of this shape.';
  notices.toast(`Unit: ${unitWords(choice)}.${remembered}`, () => takeUnitBack(id, before));
}
