/** Writes small labelled sets in the layouts that `rhythmark dataset` knows: synthesised, not recorded. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const RECORD_HZ = 300;

/** Gaussian R waves every `rrS` seconds on a slow swing, 1 adu = 1 uV. */
export function beatsOf(seconds: number, rrS = 0.8): Int16Array {
  return Int16Array.from({ length: seconds * RECORD_HZ }, (_, index) => {
    const second = index / RECORD_HZ;
    const sinceBeat = (second % rrS) - rrS / 2;
    return Math.round(900 * Math.exp(-((sinceBeat / 0.02) ** 2)) + 100 * Math.sin(second));
  });
}

/** A one-lead WFDB record in format 16, 1,000 adu/mV. */
export async function writeRecord(
  folder: string,
  name: string,
  samples: Int16Array,
): Promise<void> {
  await writeFile(
    join(folder, `${name}.hea`),
    `${name} 1 ${RECORD_HZ} ${samples.length}\n${name}.dat 16 1000/mV 16 0 0 0 0 ECG\n`,
  );
  await writeFile(join(folder, `${name}.dat`), new Uint8Array(samples.buffer));
}
