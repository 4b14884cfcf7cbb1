import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_OUTPUTS } from '../../../src-main/contract/domain.ts';
import type { WindowContext } from '../../../src-main/contract/model-card.ts';
import { inContext } from '../../../src-main/rhythm/context.ts';
import type { Findings } from '../../../src-main/rhythm/job.ts';
import { LeadVerdicts } from '../../../src-main/rhythm/lead-verdicts.ts';
import { CONTEXTS, LEADS } from './windows-alone.ts';

const OUTPUTS = MODEL_OUTPUTS.length;

/** Numbers of windows, block by block; the last takes what is left. */
const BLOCKS = fc.infiniteStream(fc.integer({ min: 1, max: 12 }));

/** Goes through a lead in such blocks; answers its verdicts, and what was found with each block. */
function wentThrough(
  alone: Float32Array,
  sizes: Iterator<number>,
  context: WindowContext | null,
): { lead: LeadVerdicts; found: Findings[] } {
  const windows = alone.length / OUTPUTS;
  const lead = new LeadVerdicts(3, windows, context);
  const found: Findings[] = [];
  for (let first = 0; first < windows;) {
    const end = Math.min(windows, first + Number(sizes.next().value));
    const startS = Float64Array.from({ length: end - first }, (_, at) => 10 * (first + at));
    const block = { first, startS, endS: startS.map((start) => start + 10) };
    found.push(
      lead.add(block, {
        probabilities: alone.slice(first * OUTPUTS, end * OUTPUTS),
        unlike: Float32Array.from(startS),
        evidence: Float32Array.from(startS.keys(), (at) => first + at),
      }),
    );
    first = end;
  }
  return { lead, found };
}

describe("a lead's verdicts in context", () => {
  it('are those of the whole lead at once, whatever the blocks', () => {
    fc.assert(
      fc.property(LEADS, BLOCKS, CONTEXTS, (alone, sizes, context) => {
        const { verdicts } = wentThrough(alone, sizes, context).lead;
        expect(verdicts.probabilities).toEqual(inContext(alone, context));
        expect(verdicts.alone).toEqual(alone);
        expect(Array.from(verdicts.startS.keys())).toEqual(Array.from(verdicts.evidence ?? []));
      }),
    );
  });

  it('are told once, in order and final, the last of a block with the next one', () => {
    fc.assert(
      fc.property(LEADS, BLOCKS, CONTEXTS, (alone, sizes, context) => {
        const { lead, found } = wentThrough(alone, sizes, context);
        const told = { startS: [], probabilities: [], unlike: [], alone: [] } as Record<
          'startS' | 'probabilities' | 'unlike' | 'alone',
          number[]
        >;
        for (const one of found) {
          expect(one).toMatchObject({ leadIndex: 3, first: told.startS.length });
          expect(one.endS).toEqual(one.startS.map((start) => start + 10));
          told.startS.push(...one.startS);
          told.probabilities.push(...one.probabilities);
          told.unlike.push(...one.unlike);
          told.alone.push(...(one.alone ?? []));
        }
        const { startS, probabilities, unlike } = lead.verdicts;
        expect(told).toEqual({
          startS: [...startS],
          probabilities: [...probabilities],
          unlike: [...unlike],
          alone: [...alone],
        });
      }),
    );
  });

  it('wait for the window behind, and for no more', () => {
    const alone = new Float32Array(25 * OUTPUTS).fill(0.2);
    const context = { belief: 0.5, sureness: [0.9, 0.8] as const };
    const { found } = wentThrough(alone, [10, 1, 10, 4].values(), context);
    expect(found.map(({ first, startS }) => [first, startS.length])).toEqual([
      [0, 9],
      [9, 1],
      [10, 10],
      [20, 5],
    ]);
  });
});

describe("a lead's verdicts of a model without a context", () => {
  it('are what it says of each window, told with their block, and nothing besides', () => {
    fc.assert(
      fc.property(LEADS, BLOCKS, (alone, sizes) => {
        const { lead, found } = wentThrough(alone, sizes, null);
        expect(lead.verdicts.probabilities).toEqual(alone);
        expect(found.flatMap(({ probabilities }) => [...probabilities])).toEqual([...alone]);
        for (const one of [lead.verdicts, ...found]) expect(one).not.toHaveProperty('alone');
      }),
    );
    const { found } = wentThrough(new Float32Array(25 * OUTPUTS), [10, 15].values(), null);
    expect(found.map(({ first, startS }) => [first, startS.length])).toEqual([
      [0, 10],
      [10, 15],
    ]);
  });
});
