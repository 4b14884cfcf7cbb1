/**
 * Reads the sample records of the WFDB suite and compares them with what the original rdsamp
 * printed, value by value. Commands: ../shared/data/wfdb-suite/TARGETS.md.
 */
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../src-main/formats/index.ts';
import { NO_SHARED_DATA, shared, SHARED_DATA } from '../../data.ts';
import { printedBy, rowsOf, TARGETS } from './rdsamp-targets.ts';

describe.skipIf(SHARED_DATA === null)(
  `WFDB records against rdsamp${SHARED_DATA === null ? `: ${NO_SHARED_DATA}` : ''}`,
  () => {
    for (const target of TARGETS)
      it(`${target.record} (${target.covers}) equals ${target.file}`, async () => {
        const reader = await openRecording(shared(`wfdb-suite/sample-data/${target.record}.hea`));
        const printed = printedBy(target);
        const read = await rowsOf(reader, target);
        await reader.close();
        expect(read.length).toBe(printed.length);
        expect(firstDifference(read, printed)).toBeNull();
      });

    // record-multi-variable-b begins one sample earlier, in a segment whose file is not here.
    it('names the missing file of a segment and reads the rest', async () => {
      const reader = await openRecording(
        shared('wfdb-suite/sample-data/multi-segment/s00001/s00001-2896-10-10-00-31.hea'),
      );
      await expect(reader.read([0], 14_428_364, 14_428_375)).rejects.toThrow('3975656_0011.dat');
      const [lead] = await reader.read([0], 14_428_365, 14_428_367);
      expect(lead).toEqual(Float32Array.of(0, 1 / 83));
      await reader.close();
    });

    it('gives as 32-bit floats what rdsamp -P prints', async () => {
      const reader = await openRecording(shared('wfdb-suite/sample-data/s0010_re.hea'));
      const [lead] = await reader.read([13], 5000, 38_000);
      const printed = printedBy({ file: 'record-3b', record: '', covers: '', prints: 'physical' });
      const expected = Float32Array.from(printed, (row) => Math.fround(Number(row[0])));
      expect(lead).toEqual(expected);
      await reader.close();
    });
  },
);

function firstDifference(read: readonly string[][], printed: readonly string[][]): string | null {
  for (const [index, row] of printed.entries())
    if (row.join(' ') !== read[index]?.join(' '))
      return `row ${index}: ${read[index]?.join(' ')} instead of ${row.join(' ')}`;
  return null;
}
