/**
 * Whether two recordings are the same, by what they hold and not by what their files are called:
 * every sample of every lead, with the leads' names, units and rates. A copy under another name,
 * in another folder or inside an archive has the same digest.
 */
import { createHash } from 'node:crypto';
import type { RecordingReader } from './reader.ts';

/** Samples read at a time, of all leads together: 1 MB. */
const BLOCK_SAMPLES = 1 << 18;

export interface DigestWatch {
  readonly signal: AbortSignal;
  /** After every block, with the part that is done; the next is read when it resolves. */
  readonly onBlock: (done: number) => Promise<void>;
}

/** Hexadecimal. Rejects as the reader does, and with the signal's reason. */
export async function contentDigest(reader: RecordingReader, watch: DigestWatch): Promise<string> {
  const { leads } = reader.header;
  const hash = createHash('sha256');
  const known = leads.map(({ name, unit, samplingHz, sampleCount }) => [
    ...[name, unit, samplingHz, sampleCount],
  ]);
  hash.update(JSON.stringify(known));
  const total = leads.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
  let done = 0;
  for (const samplingHz of new Set(leads.map((lead) => lead.samplingHz))) {
    const group = leads.flatMap((lead, index) => (lead.samplingHz === samplingHz ? [index] : []));
    const length = Math.max(...group.map((index) => leads[index]?.sampleCount ?? 0));
    const step = Math.max(1, Math.floor(BLOCK_SAMPLES / group.length));
    const block = group.map(() => new Float32Array(step));
    for (let from = 0; from < length; from += step) {
      watch.signal.throwIfAborted();
      const to = Math.min(from + step, length);
      const into = block.map((values) => values.subarray(0, to - from));
      for (const values of await reader.read(group, from, to, into)) {
        hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      }
      done += (to - from) * group.length;
      await watch.onBlock(Math.min(1, done / Math.max(1, total)));
    }
  }
  return hash.digest('hex');
}
