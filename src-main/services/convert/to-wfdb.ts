/** A recording as a WFDB record with its annotation files. */
import { join } from 'node:path';
import type { RecordingHeader } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { writeFileAtomically } from '../../formats/atomic-file.ts';
import { FORMATS } from '../../formats/index.ts';
import {
  NO_SAMPLE,
  type Annotation,
  type AnnotationSet,
  type RecordingReader,
} from '../../formats/reader.ts';
import { codeOf } from '../../formats/wfdb/annotation-codes.ts';
import { encodeAnnotations } from '../../formats/wfdb/write-annotations.ts';
import { writeRecord, type WritableFormat } from '../../formats/wfdb/write.ts';
import type { LossNotes } from './kept.ts';
import { leadSource, type LeadSource } from './lead-source.ts';

const MOST_STEPS = 2 ** 31 - 2;
const MOST_AUX_BYTES = 255;

/** Writes into `folder` and answers the files' names. */
export async function toWfdb(
  reader: RecordingReader,
  name: string,
  folder: string,
  losses: LossNotes,
): Promise<string[]> {
  const { header } = reader;
  const sources: LeadSource[] = [];
  for (const index of header.leads.keys()) {
    sources.push(await leadSource(reader, index, MOST_STEPS));
  }
  const frameHz = Math.min(...header.leads.map((lead) => lead.samplingHz));
  const perFrame = sources.map(({ lead }) => wholeMultiple(lead.samplingHz, frameHz, header));
  const frameCount = Math.max(
    ...sources.map(({ lead }, i) => Math.ceil(lead.sampleCount / (perFrame[i] ?? 1))),
  );
  for (const { lead, roundedTo } of sources) {
    if (roundedTo === null) continue;
    losses.add(
      'convert-rounded',
      `Lead ${lead.name} holds decimals; they are rounded to steps of ${roundedTo} ${lead.unit}.`.trim(),
    );
  }
  const annotations = (await reader.annotations()).map((set, i, all) => ({
    file: `${name}.${annotatorOf(set, i, all)}`,
    bytes: encodeAnnotations(storable(set, losses)),
  }));
  const files = await writeRecord(folder, {
    name,
    frameHz,
    frameCount,
    start: header.start,
    comments: commentsOf(header, losses),
    signals: sources.map((source, i) => ({
      name: source.lead.name,
      unit: source.lead.unit.replace(/\s+/g, '_') || 'NU',
      gain: source.lead.calibrated || source.roundedTo !== null ? source.gain : 0,
      baseline: Math.round(source.baseline),
      format: formatFor(source),
      samplesPerFrame: perFrame[i] ?? 1,
      resolutionBits: source.lead.resolutionBits ?? 0,
    })),
    read: (from, to) =>
      Promise.all(
        sources.map(async (source, i) => {
          const n = perFrame[i] ?? 1;
          return padded(
            await source.read(from * n, Math.min(to * n, maximum(source))),
            (to - from) * n,
          );
        }),
      ),
  });
  for (const { lead, baseline } of sources) {
    if (Number.isInteger(baseline)) continue;
    losses.add(
      'convert-gain',
      `Lead ${lead.name} has its zero at ${baseline}, between two steps; a WFDB header holds the nearest.`,
    );
  }
  for (const { file, bytes } of annotations) {
    await writeFileAtomically(join(folder, file), [bytes]);
  }
  return [...files, ...annotations.map(({ file }) => file)];
}

function maximum({ lead }: LeadSource): number {
  return lead.sampleCount;
}

/** A lead that is shorter than the longest ends in missing samples. */
function padded(values: Int32Array, length: number): Int32Array {
  if (values.length === length) return values;
  const out = new Int32Array(length).fill(NO_SAMPLE);
  out.set(values.subarray(0, length));
  return out;
}

function wholeMultiple(hz: number, frameHz: number, header: RecordingHeader): number {
  const multiple = Math.round(hz / frameHz);
  if (Math.abs(multiple * frameHz - hz) <= 1e-6 * hz) return multiple;
  const rates = [...new Set(header.leads.map((lead) => `${lead.samplingHz} Hz`))].join(', ');
  throw new RhythmarkError(
    'unsupported',
    `A WFDB record holds rates that are multiples of one another; this recording has ${rates}. Convert to EDF instead.`,
  );
}

/** The narrowest of 16, 24 and 32 bits; the lowest value of each stands for a missing sample. */
function formatFor({ least, most }: LeadSource): WritableFormat {
  const fits = (bits: number): boolean => least > -(2 ** (bits - 1)) && most < 2 ** (bits - 1);
  return fits(16) ? 16 : fits(24) ? 24 : 32;
}

/** Comments of the source and, in PhysioNet's way of writing them, the patient fields that it has. */
function commentsOf(header: RecordingHeader, losses: LossNotes): string[] {
  const { patient, comments, device } = header;
  const lines = [
    ['Age', patient.age],
    ['Sex', patient.sex],
    ['Patient ID', patient.id],
    ['Date of birth', patient.birthDate],
    ['Device', device],
  ].flatMap(([label, value]) => (value ? [`${label}: ${value}`] : []));
  if (patient.name !== null) {
    losses.add('convert-patient', "A WFDB header has no place for the patient's name.");
  }
  const stated = new Set(comments);
  return [...comments, ...lines.filter((line) => !stated.has(line))];
}

/** `atr`, `EDF+` -> `edfa`: letters and digits, no recording's ending, and no two alike. */
function annotatorOf(set: AnnotationSet, index: number, all: readonly AnnotationSet[]): string {
  const plain = (one: AnnotationSet): string => {
    const letters =
      one.annotator
        .toLowerCase()
        .replace(/[^a-z0-9]/g, '')
        .slice(0, 16) || 'ann';
    const taken =
      /^(hea|dat|d\d+)$/.test(letters) ||
      FORMATS.some(({ endings }) => endings.some((ending) => ending === letters));
    return taken ? `${letters}a` : letters;
  };
  const own = plain(set);
  return all.findIndex((one) => plain(one) === own) === index ? own : `${own}${index + 1}`;
}

function storable(set: AnnotationSet, losses: LossNotes): AnnotationSet {
  const kept = set.annotations.flatMap((one): Annotation[] => {
    if (one.sample < 0) {
      losses.add(
        'convert-annotation-before-start',
        `Annotations of ${set.annotator} before the first sample are left out.`,
      );
      return [];
    }
    if (one.durationS !== undefined && one.durationS > 0) {
      losses.add(
        'convert-annotation-length',
        `Annotations of ${set.annotator} state how long they last, which a WFDB annotation file does not hold.`,
      );
    }
    return [inRange(one, set.annotator, losses)];
  });
  return { ...set, annotations: kept };
}

function inRange(one: Annotation, annotator: string, losses: LossNotes): Annotation {
  const byte = (value: number, least: number, most: number): number =>
    Math.min(most, Math.max(least, Math.round(value) || 0));
  const known = codeOf(one.symbol) !== null;
  const stored: Annotation = {
    sample: one.sample,
    symbol: known ? one.symbol : '"',
    subtype: byte(one.subtype, -128, 127),
    channel: byte(one.channel, 0, 255),
    num: byte(one.num, -128, 127),
    aux: shortened(known ? one.aux : `${one.symbol} ${one.aux}`.trim()),
  };
  if (
    !known ||
    stored.aux !== one.aux ||
    stored.subtype !== one.subtype ||
    stored.channel !== one.channel ||
    stored.num !== one.num
  ) {
    losses.add(
      'convert-annotation-fields',
      `Annotations of ${annotator} hold symbols, numbers or texts that a WFDB annotation file cannot: they are shortened or written as comments.`,
    );
  }
  return stored;
}

/** At most 255 bytes of UTF-8, no character cut in two. */
function shortened(text: string): string {
  let short = text.replaceAll('\0', ' ');
  while (Buffer.byteLength(short, 'utf8') > MOST_AUX_BYTES)
    short = [...short].slice(0, -1).join('');
  return short;
}
