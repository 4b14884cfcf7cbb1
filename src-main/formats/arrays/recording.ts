/** A reader over the chosen channels of an array file. */
import type { ImportNote, Lead, PatientFields, RecordingHeader } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { LIMITS } from '../limits.ts';
import { NO_SAMPLE, type AnnotationSet, type RecordingReader } from '../reader.ts';
import { checkedLeads, checkedRange, outputs, roundedInto } from '../requests.ts';
import { millivoltsPer } from '../voltage.ts';
import type { Reading } from './reading.ts';
import type { ArrayFile } from './variables.ts';

export function arrayRecording(
  file: ArrayFile,
  reading: Reading,
  annotations: readonly AnnotationSet[] = [],
): RecordingReader {
  const { samplingHz } = reading;
  if (!(samplingHz > 0) || samplingHz > LIMITS.samplingHz) {
    throw new RhythmarkError(
      'damaged-file',
      `The ${file.format} file states a sampling rate of ${samplingHz} Hz, which no recorder has. Give it in the preview.`,
    );
  }
  const longest = Math.max(...reading.leads.map(({ variable }) => variable.samples));
  if (longest / samplingHz > LIMITS.durationS) {
    throw new RhythmarkError(
      'damaged-file',
      `The ${file.format} file would last ${Math.round(longest / samplingHz / 86_400).toLocaleString('en')} days at ${samplingHz} Hz. Give the sampling rate in the preview.`,
    );
  }
  const toMv = reading.unit === 'unknown' ? null : millivoltsPer(reading.unit);
  const notes: ImportNote[] = reading.assumed.map((message) => ({
    kind: 'assumed',
    code: 'array-layout',
    message,
  }));
  const { leftOut } = file;
  if (leftOut.length > 0) {
    notes.push({
      kind: 'ignored',
      code: 'array-other',
      message: `Not looked into, since it cannot be leads: ${leftOut.slice(0, 12).join(', ')}${leftOut.length > 12 ? ' and more' : ''}.`,
    });
  }
  if (toMv === null) {
    notes.push({
      kind: 'assumed',
      code: 'array-no-unit',
      message: 'The file states no unit: shown uncalibrated.',
    });
  }
  const leads = reading.leads.map(({ name, variable }): Lead => ({
    name,
    unit: toMv === null ? '' : 'mV',
    calibrated: toMv !== null,
    samplingHz,
    sampleCount: variable.samples,
  }));
  const header: RecordingHeader = {
    format: file.format,
    durationS: Math.max(...leads.map((lead) => lead.sampleCount / samplingHz)),
    start: null,
    leads,
    patient: patientOf(file),
    device: null,
    comments: [],
    notes,
    synthetic: [...file.texts.values()].some((text) =>
      text.includes('Synthetic recording made by Rhythmark'),
    ),
  };

  async function numbers(indices: readonly number[], from: number, to: number) {
    checkedLeads(header, indices);
    const length = checkedRange(from, to);
    return Promise.all(
      indices.map(async (index) => {
        const out = new Float64Array(length).fill(NaN);
        const column = reading.leads[index];
        const begin = Math.max(0, from);
        const end = Math.min(column?.variable.samples ?? 0, to);
        if (column && begin < end) {
          out.set(await column.variable.read(column.channel, begin, end), begin - from);
        }
        return out;
      }),
    );
  }

  return {
    header,
    async read(indices, from, to, into) {
      const values = await numbers(indices, from, to);
      const outs = outputs(indices, to - from, into);
      for (const [k, out] of outs.entries())
        roundedInto(out, values[k] ?? new Float64Array(0), toMv ?? 1, 0);
      return outs;
    },
    async readStored(indices, from, to) {
      if (indices.some((index) => reading.leads[index]?.variable.integers === false)) {
        throw new RhythmarkError(
          'unsupported',
          'This file stores decimals, not integers: leave out --raw.',
        );
      }
      const values = await numbers(indices, from, to);
      return values.map((one) =>
        Int32Array.from(one, (value) => (Number.isNaN(value) ? NO_SAMPLE : value)),
      );
    },
    annotations: () => Promise.resolve(annotations),
    close: () => file.close(),
  };
}

/** Sex and age where a structure names them, as the PhysioNet and CPSC layouts do. */
function patientOf(file: ArrayFile): PatientFields {
  const text = (pattern: RegExp): string | null =>
    [...file.texts].find(([name]) => pattern.test(name))?.[1].trim() || null;
  const age = [...file.scalars].find(([name]) => /(^|[./_])age$/i.test(name))?.[1];
  return {
    id: null,
    name: null,
    birthDate: null,
    sex: text(/(^|[./_])(sex|gender)$/i),
    age: age === undefined ? null : String(age),
  };
}
