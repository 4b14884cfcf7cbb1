/** SCP-ECG, EN 1064 (ISO 11073-91064): resting ECGs of carts and of Holter systems' exports. */
import type { ImportNote } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import {
  beginningLater,
  closingOnFailure,
  heldRecording,
  placeOf,
  readWhole,
  type HeldLead,
} from '../held-recording.ts';
import { leadOfScpCode } from '../lead-names.ts';
import { LIMITS } from '../limits.ts';
import type { AnnotationSet, FormatModule, OpenRequest, RecordingReader } from '../reader.ts';
import {
  decimationFactor,
  reconstruct,
  storedCount,
  stretchesOf,
  subtractionZones,
} from './bimodal.ts';
import { readTables } from './huffman.ts';
import { identityOf } from './identity.ts';
import { looksLikeScp, readRecord, type ScpRecord, type Section } from './record.ts';
import { addReferenceBeat, decodeLead, readBeats, readEncoded, readLeads } from './waveform.ts';
import type { Beats, Encoded, LeadDefinition, Leads } from './waveform.ts';

export const scp: FormatModule = {
  name: 'SCP-ECG',
  group: 'Resting',
  endings: ['scp'],
  detect: ({ head }) => (looksLikeScp(head) ? 0.98 : 0),
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open: closingOnFailure(open),
};

async function open({ source }: OpenRequest): Promise<RecordingReader> {
  const bytes = await readWhole(source, LIMITS.wholeFileBytes);
  const record = readRecord(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const { notes } = record;
  const definition = readLeads(needed(record, 3, 'lead definition'));
  const rhythm = readEncoded(needed(record, 6, 'rhythm data'), definition.leads.length);
  const huffman = record.sections.get(2);
  const tables = huffman ? readTables(huffman) : null;
  const qrs = record.sections.get(4);
  const beats = qrs ? readBeats(qrs) : null;
  if (rhythm.intervalUs === 0) {
    throw new RhythmarkError(
      'damaged-file',
      'Section 6, rhythm data, states no sampling interval.',
    );
  }
  const beat = record.sections.get(5);
  const reference = beat ? readEncoded(beat, definition.leads.length) : null;
  const factor = rhythm.bimodal ? decimationFactor(rhythm, reference) : 1;
  const samplingHz = (1e6 * factor) / rhythm.intervalUs;
  const decoded = rhythm.bimodal
    ? decodeBimodal(rhythm, definition, factor, tables, beats, notes)
    : definition.leads.map((lead, i) => decodeLead(rhythm, i, lead.count, tables, nameOf(lead)));
  if (definition.referenceBeatSubtracted) {
    restore(reference, rhythm, factor, definition.leads, decoded, beats, tables, notes);
  }
  // Leads that were recorded one after the other begin at different samples of one time axis.
  const origin = definition.leads.reduce((least, { from }) => Math.min(least, from), Infinity);

  const calibrated = rhythm.nanovoltsPerStep > 0;
  return heldRecording(
    {
      format: 'SCP-ECG',
      ...identityOf(record.sections.get(1)),
      comments: [],
      notes,
      synthetic: false,
    },
    definition.leads.map((lead, i): HeldLead => {
      const samples = decoded[i] ?? new Int32Array(0);
      const held: HeldLead = {
        name: leadOfScpCode(lead.code),
        unit: calibrated ? 'mV' : '',
        calibrated,
        samplingHz,
        sampleCount: samples.length,
        scale: calibrated ? rhythm.nanovoltsPerStep * 1e-6 : 1,
        offset: 0,
        stored: (from, to) => samples.slice(from, to),
        place: placeOf(samples),
      };
      return beginningLater(held, lead.from - origin);
    }),
    beatAnnotations(beats, samplingHz, Number.isFinite(origin) ? origin : 1),
    source,
  );
}

function nameOf({ code }: LeadDefinition): string {
  return `Lead ${leadOfScpCode(code)}`;
}

function decodeBimodal(
  rhythm: Encoded,
  { leads, referenceBeatSubtracted }: Leads,
  factor: number,
  tables: ReturnType<typeof readTables> | null,
  beats: Beats | null,
  notes: ImportNote[],
): Int32Array[] {
  if (!beats) {
    throw new RhythmarkError(
      'damaged-file',
      'The record says that its signal between beats is stored at a lower rate, but holds no section 4 to tell where the beats are. Export it without that compression.',
    );
  }
  if (beats.protectedZones.length < beats.beats.length) {
    throw new RhythmarkError(
      'damaged-file',
      `Section 4, QRS locations, holds ${beats.beats.length} beats but not where each is stored whole, which a record with bimodal compression must state. Export it without that compression.`,
    );
  }
  notes.push({
    kind: 'read',
    code: 'scp-bimodal',
    message: `The recorder kept one value for every ${factor} samples between the QRS complexes; the signal there is drawn between these values.`,
  });
  const subtraction = referenceBeatSubtracted ? subtractionZones(beats) : [];
  return leads.map((lead, i) => {
    const stretches = stretchesOf(lead.count, lead.from, beats.protectedZones);
    const count = storedCount(stretches, factor);
    const stored = decodeLead(rhythm, i, count, tables, nameOf(lead));
    return reconstruct(stored, stretches, factor, subtraction, lead.from);
  });
}

function restore(
  reference: Encoded | null,
  rhythm: Encoded,
  factor: number,
  leads: readonly LeadDefinition[],
  decoded: readonly Int32Array[],
  beats: Beats | null,
  tables: ReturnType<typeof readTables> | null,
  notes: ImportNote[],
): void {
  if (!reference || !beats) {
    throw new RhythmarkError(
      'damaged-file',
      'The record says that the reference beat was subtracted, but holds no section 4 or 5 to add it back.',
    );
  }
  if (reference.intervalUs * factor !== rhythm.intervalUs) {
    throw new RhythmarkError(
      'unsupported',
      'The reference beat and the rhythm data have different sampling rates, which is not read here.',
    );
  }
  const count = Math.round((beats.lengthMs * 1000) / reference.intervalUs);
  const scale =
    rhythm.nanovoltsPerStep > 0 ? reference.nanovoltsPerStep / rhythm.nanovoltsPerStep : 1;
  for (const [i, samples] of decoded.entries()) {
    const beat = decodeLead(reference, i, count, tables, `The reference beat of lead ${i + 1}`);
    addReferenceBeat(samples, beat, scale, leads[i]?.from ?? 1, beats);
  }
  notes.push({
    kind: 'read',
    code: 'scp-reference-beat',
    message: 'The reference beat that the recorder subtracted was added back.',
  });
}

function needed(record: ScpRecord, id: number, name: string): Section {
  const section = record.sections.get(id);
  if (section) return section;
  throw new RhythmarkError(
    'damaged-file',
    `The SCP record has no section ${id}, ${name}. Export it with its waveforms.`,
  );
}

/** QRS locations of section 4; type 0 is the dominant beat. */
function beatAnnotations(beats: Beats | null, samplingHz: number, origin: number): AnnotationSet[] {
  if (!beats || beats.beats.length === 0) return [];
  return [
    {
      annotator: 'SCP-ECG',
      samplingHz,
      annotations: [...beats.beats]
        .sort((a, b) => a.at - b.at)
        .map(({ type, at }) => ({
          sample: at - origin,
          symbol: type === 0 ? 'N' : 'Q',
          subtype: 0,
          channel: 0,
          num: type,
          aux: '',
        })),
    },
  ];
}
