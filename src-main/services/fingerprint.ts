/**
 * Tells whether a recording's content is still what it was, without reading all of it: what its
 * header says, and samples from across its length. A file that was written anew differs in both;
 * one that was only moved or copied differs in neither.
 */
import { createHash } from 'node:crypto';
import type { RecordingReader } from '../formats/reader.ts';

const PLACES = 8;
const SAMPLES_A_PLACE = 32;

/** Hexadecimal. Rejects as the reader does. */
export async function fingerprintOf(reader: RecordingReader): Promise<string> {
  const { leads, durationS, start, format } = reader.header;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([format, start, durationS, leads]));
  for (const [index, lead] of leads.entries()) {
    // Leads of one rate are interleaved as a rule, so one of them witnesses for all.
    if (leads.findIndex((other) => other.samplingHz === lead.samplingHz) !== index) continue;
    const step = Math.max(1, Math.floor((lead.sampleCount - SAMPLES_A_PLACE) / (PLACES - 1)));
    for (let place = 0; place < PLACES; place += 1) {
      const from = Math.min(place * step, lead.sampleCount);
      const to = Math.min(from + SAMPLES_A_PLACE, lead.sampleCount);
      if (to <= from) break;
      const [values] = await reader.read([index], from, to);
      if (values) hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  }
  return hash.digest('hex');
}
