/** A small WFDB record as our writer makes it, as bytes. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRecord, type WritableFormat } from '../../../src-main/formats/wfdb/write.ts';

/** One signal for each format, `frameCount` slow waves at 250 Hz; the header's name is `r.hea`. */
export async function writtenRecord(formats: readonly WritableFormat[], frameCount: number) {
  const folder = await mkdtemp(join(tmpdir(), 'rhythmark-record-'));
  try {
    const samples = formats.map((_, lead) =>
      Int32Array.from({ length: frameCount }, (_, i) => Math.round(100 * Math.sin(i / 9 + lead))),
    );
    const [header = '', ...files] = await writeRecord(folder, {
      ...{ name: 'r', frameHz: 250, frameCount, start: '2026-01-31T10:00:00.000' },
      comments: ['Age: 63', 'Sex: F'],
      signals: formats.map((format, index) => ({
        ...{ name: `lead ${index}`, unit: 'mV', gain: 200, baseline: 0, format },
        ...{ samplesPerFrame: 1, resolutionBits: 8 },
      })),
      read: (from, to) => Promise.resolve(samples.map((own) => own.slice(from, to))),
    });
    const read = async (name: string) => new Uint8Array(await readFile(join(folder, name)));
    const beside = new Map<string, Uint8Array>();
    for (const name of files) beside.set(name, await read(name));
    return { name: header, bytes: await read(header), beside, samples };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
