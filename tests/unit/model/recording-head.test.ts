/** The recording head as Python fitted it: both say the same of the same windows. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { recordingHeadSchema } from '../../../src-main/contract/model-card.ts';
import type { WindowVerdicts } from '../../../src-main/contract/domain.ts';
import { recordingVerdict } from '../../../src-main/rhythm/recording-verdict.ts';

/** Written by `python -m rhythmark_training.oof publish --golden`. */
const GOLDEN = z
  .object({
    recordingHead: recordingHeadSchema,
    recordings: z.array(
      z.object({
        windows: z.array(z.array(z.number())),
        evidence: z.array(z.array(z.number())),
        says: z.array(z.number()),
      }),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(new URL('../../fixtures/model/recording-head.json', import.meta.url), 'utf8'),
    ),
  );

it('says what Python says of recordings of any length', () => {
  expect(GOLDEN.recordings.length).toBeGreaterThan(20);
  for (const { windows, evidence, says } of GOLDEN.recordings) {
    const { recordingHead } = GOLDEN;
    const verdict = recordingVerdict(verdictsOf(windows, evidence), {
      reading: 'cinc',
      threshold: 0,
      recordingHead,
    });
    const { normal, af, other, noise } = verdict?.probabilities ?? {};
    const said = [normal, af, other, noise];
    // Windows travel as 32-bit floats, whose logarithms are off by 1e-7 at most.
    said.forEach((probability, index) => expect(probability).toBeCloseTo(says[index] ?? NaN, 5));
  }
});

type Rows = readonly (readonly number[])[];

function verdictsOf(windows: Rows, evidence: Rows): WindowVerdicts {
  const startS = Float64Array.from(windows, (_, index) => 10 * index);
  return {
    leadIndex: 0,
    startS,
    endS: startS.map((start) => start + 10),
    probabilities: Float32Array.from(windows.flat()),
    unlike: new Float32Array(windows.length).fill(NaN),
    evidence: Float32Array.from(evidence.flat()),
  };
}
