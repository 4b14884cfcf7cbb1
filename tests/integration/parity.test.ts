/** Python and this program give the same probabilities to the ward of synthetic people. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WARD_RECORDINGS } from '../../assets/demo/ward.ts';
import { writeDemoRecordings } from '../../assets/demo/write.ts';
import { manifestPath } from '../../src-main/cli/program.ts';
import { compareWithPython, type Parity } from '../parity.ts';
import { NO_PYTHON, python } from '../training-python.ts';

/** A trace is stored in 16 bits of its largest value: a spike leaves the rest few of them. */
const FROM_FILE = 1e-3;

describe.skipIf(python === undefined)(
  python === undefined ? `parity with Python (skipped: ${NO_PYTHON})` : 'parity with Python',
  () => {
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rhythmark-ward-'));
    });

    afterAll(() => rm(folder, { recursive: true, force: true }));

    test('every probability of synthetic windows agrees to 1e-4', async () => {
      const headers = await writeDemoRecordings(folder, { recordings: WARD_RECORDINGS });
      const perSet = WARD_RECORDINGS.length * 6;
      const sets = [{ name: 'ward', headers }];
      const ward = (await compareWithPython(sets, await manifestPath(), perSet)).get('ward');
      expect(ward).toMatchObject({ stored: { disagreed: 0 }, file: { disagreed: 0 } });
      expect(ward?.stored.windows).toBeGreaterThan(200);
      expect(largest(ward?.stored)).toBeLessThan(1e-4);
      expect(largest(ward?.file)).toBeLessThan(FROM_FILE);
    });
  },
);

/** NaN where there is nothing to compare. */
function largest(parity: Parity | undefined): number {
  return Math.max(...(parity?.toOnnxruntime ?? [NaN]), ...(parity?.toPytorch ?? [NaN]));
}
