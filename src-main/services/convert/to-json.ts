/**
 * A recording as one JSON document, for scripts: every lead at its own rate in its own unit, the
 * annotations with their times, and what the reader noted. Written block by block.
 */
import { join } from 'node:path';
import { RESEARCH_NOTICE } from '../../contract/conventions.ts';
import type { Lead } from '../../contract/domain.ts';
import { writeFileAtomically } from '../../formats/atomic-file.ts';
import type { RecordingReader } from '../../formats/reader.ts';
import type { LossNotes } from './kept.ts';
import { shortest } from './shortest.ts';

const BLOCK_SAMPLES = 1 << 16;

export async function toJson(
  reader: RecordingReader,
  name: string,
  folder: string,
  losses: LossNotes,
): Promise<string[]> {
  if (reader.header.leads.some((lead) => !lead.calibrated)) {
    losses.add('convert-calibration', 'Leads without a unit are written as the numbers they are.');
  }
  const file = `${name}.json`;
  await writeFileAtomically(join(folder, file), document(reader));
  return [file];
}

async function* document(reader: RecordingReader): AsyncGenerator<string> {
  const { leads, durationS, start, patient, device, format, comments, synthetic, notes } =
    reader.header;
  const head = {
    notice: RESEARCH_NOTICE,
    format,
    synthetic,
    start,
    duration_s: durationS,
    patient: { ...patient },
    device,
    comments,
    notes,
    annotations: (await reader.annotations()).flatMap((set) =>
      set.annotations.map((one) => ({
        annotator: set.annotator,
        time_s: one.sample / set.samplingHz,
        symbol: one.symbol,
        subtype: one.subtype,
        channel: one.channel,
        num: one.num,
        aux: one.aux,
        duration_s: one.durationS ?? null,
      })),
    ),
  };
  yield `${JSON.stringify(head, null, 2).replace(/\n}$/, '')},\n  "leads": [\n`;
  for (const [index, lead] of leads.entries()) {
    yield `${index === 0 ? '' : ',\n'}    ${JSON.stringify(described(lead)).slice(0, -1)},"values":[`;
    for (let from = 0; from < lead.sampleCount; from += BLOCK_SAMPLES) {
      const to = Math.min(lead.sampleCount, from + BLOCK_SAMPLES);
      const [values] = await reader.read([index], from, to);
      yield (
        (from === 0 ? '' : ',') +
        Array.from(values ?? [], (value) => shortest(value) || 'null').join(',')
      );
    }
    yield ']}';
  }
  yield '\n  ]\n}\n';
}

function described(lead: Lead) {
  return {
    name: lead.name,
    unit: lead.unit,
    calibrated: lead.calibrated,
    sampling_hz: lead.samplingHz,
    samples: lead.sampleCount,
  };
}
