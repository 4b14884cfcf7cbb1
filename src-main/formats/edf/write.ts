/**
 * Writes EDF+C and BDF+C, whole or not at all. What the format cannot say (gaps inside a record,
 * a last record that is not full) is said in annotations that Rhythmark's own reader undoes, so
 * that write and read are each other's inverse; other readers see the marks as annotations.
 */
import type { PatientFields } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { createAtomicFile } from '../atomic-file.ts';
import { NO_SAMPLE } from '../reader.ts';
import type { TimedText } from './annotations.ts';
import {
  gapMark,
  lengthField,
  OWN_EQUIPMENT,
  OWN_EQUIPMENT_WITHOUT_MARKS,
  reachField,
  RECORDING_ENDS,
  RECORDS_A_MARK,
} from './own-marks.ts';
import { encodeTals, placeAnnotations } from './write-annotations.ts';
import { bestPhysicalRange, headerBytes } from './write-header.ts';

export interface EdfOutputLead {
  readonly name: string;
  /** `mV` for a calibrated voltage, else whatever is to stand in the header. */
  readonly unit: string;
  readonly samplingHz: number;
  readonly sampleCount: number;
  /** Value in `unit` = (stored - baseline) / gain. */
  readonly gain: number;
  readonly baseline: number;
  /** Stored integers [from, to), NO_SAMPLE in gaps. */
  readStored(from: number, to: number): Promise<Int32Array>;
}

export interface EdfOutput {
  readonly variant: 'EDF+' | 'BDF+';
  readonly start: string | null;
  readonly patient: PatientFields;
  readonly leads: readonly EdfOutputLead[];
  readonly annotations: readonly TimedText[];
}

/** Data records longer than this are hard on other readers (EDF asks for 61,440 bytes at most). */
const RECORD_BYTES = 61_440;
const DURATIONS_S = [1, 2, 0.5, 4, 5, 10, 3, 6, 8, 15, 20, 30, 60, 0.25, 0.2, 0.1];
/** Records are written in blocks of about this many seconds. */
const BLOCK_S = 60;

/**
 * Errors: `unsupported` where a value does not fit the variant or no record duration suits the
 * sampling rates; the system's own (ENOSPC, EACCES). On any error the target is as it was.
 */
export async function writeEdf(path: string, output: EdfOutput): Promise<void> {
  const durationS = recordDuration(output);
  const perRecord = output.leads.map((lead) => Math.round(lead.samplingHz * durationS));
  const recordCount = Math.max(
    1,
    ...output.leads.map((lead, i) => Math.ceil(lead.sampleCount / (perRecord[i] ?? 1))),
  );
  const bytesPerSample = output.variant === 'EDF+' ? 2 : 3;
  const digitalMin = output.variant === 'EDF+' ? -32768 : -8388608;
  const digitalMax = -digitalMin - 1;

  // The marks of gaps are known only after the samples were read once.
  const gaps = await gapMarks(output, perRecord);
  const ends = endMarks(output, durationS * recordCount);
  const all = [...output.annotations, ...gaps, ...ends].sort((a, b) => a.onsetS - b.onsetS);
  const placed = placeAnnotations(all, recordCount, durationS, bytesPerSample);

  const file = await createAtomicFile(path);
  try {
    await file.write(
      headerBytes({
        variant: output.variant,
        patient: output.patient,
        start: output.start,
        equipment: gaps.length + ends.length > 0 ? OWN_EQUIPMENT : OWN_EQUIPMENT_WITHOUT_MARKS,
        recordCount,
        durationS,
        annotationSamples: placed.samplesPerRecord,
        annotationsReserved: reachField(reachOf(gaps, placed.records)),
        signals: output.leads.map((lead, i) => ({
          label: lead.name,
          ...bestPhysicalRange(lead, digitalMin, digitalMax),
          digitalMin,
          digitalMax,
          samplesPerRecord: perRecord[i] ?? 0,
          reserved: lengthField(lead.sampleCount),
        })),
      }),
    );
    const perBlock = Math.max(1, Math.floor(BLOCK_S / durationS));
    for (let first = 0; first < recordCount; first += perBlock) {
      const count = Math.min(perBlock, recordCount - first);
      const samples = await Promise.all(
        output.leads.map((lead, i) => {
          const n = perRecord[i] ?? 0;
          return readPadded(lead, first * n, (first + count) * n, digitalMin, digitalMax);
        }),
      );
      for (let r = 0; r < count; r++) {
        for (const [i, values] of samples.entries()) {
          const n = perRecord[i] ?? 0;
          await file.write(encode(values.subarray(r * n, (r + 1) * n), bytesPerSample));
        }
        const onsetS = (first + r) * durationS;
        const texts = placed.records.get(first + r) ?? [];
        await file.write(encodeTals(onsetS, texts, placed.samplesPerRecord * bytesPerSample));
      }
    }
    await file.commit();
  } finally {
    await file.discard();
  }
}

function recordDuration(output: EdfOutput): number {
  const bytes = output.variant === 'EDF+' ? 2 : 3;
  const whole = (hz: number, s: number): boolean => {
    const n = hz * s;
    return n >= 1 && Math.abs(n - Math.round(n)) < 1e-6 * n;
  };
  const fitting = DURATIONS_S.filter((s) =>
    output.leads.every(({ samplingHz }) => whole(samplingHz, s)),
  );
  const size = (s: number): number =>
    output.leads.reduce((sum, { samplingHz }) => sum + samplingHz * s * bytes, 0);
  const chosen = fitting.find((s) => size(s) <= RECORD_BYTES) ?? fitting[0];
  if (chosen === undefined) {
    throw new RhythmarkError(
      'unsupported',
      `No length of data record holds whole samples of ${output.leads.map(({ samplingHz }) => `${samplingHz} Hz`).join(', ')}. Export as WFDB instead.`,
    );
  }
  return chosen;
}

/** Stored integers with gaps and the end filled by the lowest value; checked against the range. */
async function readPadded(
  lead: EdfOutputLead,
  from: number,
  to: number,
  lowest: number,
  highest: number,
): Promise<Int32Array> {
  const out = new Int32Array(to - from).fill(lowest);
  const end = Math.min(to, lead.sampleCount);
  if (from >= end) return out;
  const values = await lead.readStored(from, end);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NO_SAMPLE;
    if (value === NO_SAMPLE) continue;
    if (value < lowest || value > highest) {
      throw new RhythmarkError(
        'unsupported',
        `Lead ${lead.name} stores ${value}, outside ${lowest} to ${highest}. Export as ${lowest === -32768 ? 'BDF+' : 'WFDB'} instead.`,
      );
    }
    out[i] = value;
  }
  return out;
}

/** An annotation of a gap, with the data records into which it reaches. */
interface GapMark extends TimedText {
  readonly firstRecord: number;
  readonly lastRecord: number;
}

async function gapMarks(output: EdfOutput, perRecord: readonly number[]): Promise<GapMark[]> {
  const marks: GapMark[] = [];
  for (const [index, lead] of output.leads.entries()) {
    const inRecord = perRecord[index] ?? 1;
    const block = inRecord * RECORDS_A_MARK;
    let begin = -1;
    const close = (at: number): void => {
      if (begin < 0) return;
      marks.push({
        onsetS: begin / lead.samplingHz,
        durationS: (at - begin) / lead.samplingHz,
        text: gapMark(index),
        firstRecord: Math.floor(begin / inRecord),
        lastRecord: Math.floor((at - 1) / inRecord),
      });
      begin = -1;
    };
    for (let from = 0; from < lead.sampleCount; from += block) {
      const values = await lead.readStored(from, Math.min(lead.sampleCount, from + block));
      for (let i = 0; i < values.length; i++) {
        if (values[i] === NO_SAMPLE) {
          if (begin < 0) begin = from + i;
        } else {
          close(from + i);
        }
      }
      close(from + values.length);
    }
  }
  return marks;
}

function endMarks({ leads }: EdfOutput, endS: number): TimedText[] {
  return leads.flatMap(({ sampleCount, samplingHz }, index) => {
    const onsetS = sampleCount / samplingHz;
    if (onsetS >= endS - 1e-9) return [];
    return [{ onsetS, durationS: null, text: `${RECORDING_ENDS} ${index + 1}` }];
  });
}

/** Records between a mark and the farthest one into which its gap reaches. */
function reachOf(
  marks: readonly GapMark[],
  placed: ReadonlyMap<number, readonly TimedText[]>,
): number {
  const recordOf = new Map<TimedText, number>();
  for (const [record, texts] of placed) for (const text of texts) recordOf.set(text, record);
  let reach = 0;
  for (const mark of marks) {
    const at = recordOf.get(mark) ?? 0;
    reach = Math.max(reach, Math.abs(at - mark.firstRecord), Math.abs(at - mark.lastRecord));
  }
  return reach;
}

function encode(values: Int32Array, bytesPerSample: 2 | 3): Uint8Array {
  const bytes = new Uint8Array(values.length * bytesPerSample);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    bytes[at++] = value & 0xff;
    bytes[at++] = (value >> 8) & 0xff;
    if (bytesPerSample === 3) bytes[at++] = (value >> 16) & 0xff;
  }
  return bytes;
}
