/** A recording as EDF+ (16 bits) or BDF+ (24 bits), annotations inside. */
import { join } from 'node:path';
import type { TimedText } from '../../formats/edf/annotations.ts';
import { bestPhysicalRange } from '../../formats/edf/write-header.ts';
import { writeEdf } from '../../formats/edf/write.ts';
import type { Annotation, RecordingReader } from '../../formats/reader.ts';
import type { LossNotes } from './kept.ts';
import { leadSource, type LeadSource } from './lead-source.ts';

const LABEL_CHARACTERS = 16;
/** Relative error of the gain that eight characters a limit leave, above which it is said. */
const GAIN_ERROR = 1e-6;

export async function toEdf(
  reader: RecordingReader,
  name: string,
  folder: string,
  variant: 'EDF+' | 'BDF+',
  losses: LossNotes,
): Promise<string[]> {
  const { header } = reader;
  const most = variant === 'EDF+' ? 32_767 : 8_388_607;
  const sources: LeadSource[] = [];
  for (const index of header.leads.keys()) sources.push(await leadSource(reader, index, most));
  for (const source of sources) noteLead(source, most, losses);
  if (header.start !== null && !header.start.endsWith('.000')) {
    losses.add(
      'convert-start-fraction',
      `The recording starts at ${header.start.slice(11)}; an EDF header holds whole seconds.`,
    );
  }
  if (header.device !== null) {
    losses.add('convert-device', `The device "${header.device}" is not carried over.`);
  }
  if (header.patient.age !== null) {
    losses.add('convert-patient', "An EDF header holds no age, only the patient's date of birth.");
  }
  const file = `${name}.${variant === 'EDF+' ? 'edf' : 'bdf'}`;
  await writeEdf(join(folder, file), {
    variant,
    start: header.start,
    patient: header.patient,
    leads: sources.map((source) => ({
      name: source.lead.name,
      unit: source.lead.unit,
      samplingHz: source.lead.samplingHz,
      sampleCount: source.lead.sampleCount,
      gain: source.gain,
      baseline: source.baseline,
      readStored: (from, to) => source.read(from, to),
    })),
    annotations: await textsOf(reader, losses),
  });
  return [file];
}

function noteLead(
  { lead, gain, baseline, roundedTo }: LeadSource,
  most: number,
  losses: LossNotes,
) {
  if (roundedTo !== null) {
    losses.add(
      'convert-rounded',
      `Lead ${lead.name} holds decimals; they are rounded to steps of ${roundedTo} ${lead.unit}.`.trim(),
    );
  }
  if (lead.name.length > LABEL_CHARACTERS || /[^\x20-\x7e]/.test(lead.name)) {
    losses.add(
      'convert-label',
      `The name of lead ${lead.name} is cut to ${LABEL_CHARACTERS} ASCII characters.`,
    );
  }
  const range = bestPhysicalRange({ unit: lead.unit, gain, baseline }, -most - 1, most);
  const factor = range.dimension === 'uV' && lead.unit === 'mV' ? 1000 : 1;
  const perStep = (Number(range.physicalMax) - Number(range.physicalMin)) / (2 * most + 1) / factor;
  if (Math.abs(perStep * gain - 1) > GAIN_ERROR) {
    losses.add(
      'convert-gain',
      `The gain of lead ${lead.name}, ${gain}, is kept as ${(1 / perStep).toPrecision(9)}: an EDF header has eight characters for each limit.`,
    );
  }
}

/** Texts of every annotator in time order; symbol first, where it is more than a comment. */
async function textsOf(reader: RecordingReader, losses: LossNotes): Promise<TimedText[]> {
  const sets = await reader.annotations();
  if (sets.length > 1) {
    losses.add(
      'convert-annotations',
      `EDF+ holds one list of annotations; those of ${sets.map(({ annotator }) => annotator).join(', ')} are joined.`,
    );
  }
  const texts = sets.flatMap((set) =>
    set.annotations.map((one): TimedText => {
      if (one.subtype !== 0 || one.channel !== 0 || one.num !== 0) {
        losses.add(
          'convert-annotation-fields',
          `Subtype, channel and number of the annotations of ${set.annotator} are not carried over.`,
        );
      }
      const onsetS = one.sample / set.samplingHz;
      return { onsetS, durationS: one.durationS ?? null, text: textOf(one) };
    }),
  );
  return texts.filter(({ text }) => text !== '').sort((a, b) => a.onsetS - b.onsetS);
}

function textOf({ symbol, aux }: Annotation): string {
  if (symbol === '"') return aux;
  return aux === '' ? symbol : `${symbol} ${aux}`;
}
