/**
 * Ten thousand damaged inputs for every reader, or as many as RHYTHMARK_FUZZ says. An input is its
 * number: what fails here fails again under the same number.
 */
import { describe, expect, it } from 'vitest';
import { fuzz, silentTruncations } from '../unit/formats/fuzz.ts';
import { TARGETS } from '../unit/formats/fuzz-targets.ts';

const INPUTS = Number(process.env['RHYTHMARK_FUZZ'] ?? 10_000);
const ONLY = process.env['RHYTHMARK_FUZZ_FORMAT'];

describe.each(TARGETS.filter(({ name }) => ONLY === undefined || name === ONLY))(
  '$name',
  ({ name, build }) => {
    it(
      `takes ${INPUTS.toLocaleString('en')} damaged inputs without crash, hang or nonsense`,
      { timeout: 3_600_000 },
      async () => {
        const report = await fuzz(await build(), INPUTS);
        console.log(
          `${name}: ${report.inputs} inputs, ${report.opened} opened, ${report.refused} refused, slowest ${report.slowestS.toFixed(2)} s, memory +${Math.round(report.memoryMb)} MB`,
        );
        expect(report.wrong).toEqual([]);
      },
    );

    it('never takes a file that was cut off for a whole one', { timeout: 600_000 }, async () => {
      expect(await silentTruncations(await build(), 400)).toEqual([]);
    });
  },
);
