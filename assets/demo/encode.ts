/** Samples to the bytes of a WFDB signal file (formats 16 and 212) and the header that describes it. */
import type { LeadName } from './spec.ts';

export type StorageFormat = '16' | '212';

/** Stored units per mV, and the value that stands for "no sample". */
const STORAGE = {
  '16': { gain: 1000, bits: 16, missing: -32768, limit: 32767 },
  '212': { gain: 200, bits: 12, missing: -2048, limit: 2047 },
} as const;

export interface SignalEncoder {
  /** The next samples of all leads, in mV; NaN is stored as missing. */
  encode(leads: readonly Float32Array[]): Uint8Array;
  /** The header's text, once every sample was encoded. */
  header(recording: {
    readonly name: string;
    readonly samplingHz: number;
    readonly start: { readonly time: string; readonly date: string } | null;
    readonly comments: readonly string[];
  }): string;
}

export function signalEncoder(format: StorageFormat, leads: readonly LeadName[]): SignalEncoder {
  const { gain, bits, missing, limit } = STORAGE[format];
  const sums = leads.map(() => 0);
  const firsts = leads.map(() => 0);
  let sampleCount = 0;

  function stored(values: readonly Float32Array[]): Int16Array {
    const length = values[0]?.length ?? 0;
    const words = new Int16Array(length * leads.length);
    values.forEach((samples, lead) => {
      let sum = sums[lead] ?? 0;
      for (let index = 0, at = lead; index < length; index++, at += leads.length) {
        const value = samples[index] ?? NaN;
        const word =
          value === value ? Math.max(-limit, Math.min(limit, Math.round(value * gain))) : missing;
        words[at] = word;
        sum = (sum + word) & 0xffff;
      }
      sums[lead] = sum;
      if (sampleCount === 0) firsts[lead] = words[lead] ?? 0;
    });
    sampleCount += length;
    return words;
  }

  return {
    encode(values) {
      const words = stored(values);
      return format === '16' ? packed16(words) : packed212(words);
    },
    header({ name, samplingHz, start, comments }) {
      const when = start ? ` ${start.time} ${start.date}` : '';
      const lines = leads.map((lead, index) => {
        const sum = ((sums[index] ?? 0) << 16) >> 16;
        return `${name}.dat ${format} ${gain}(0)/mV ${bits} 0 ${firsts[index] ?? 0} ${sum} 0 ${lead}`;
      });
      return [
        `${name} ${leads.length} ${samplingHz} ${sampleCount}${when}`,
        ...lines,
        ...comments.map((comment) => `# ${comment}`),
        '',
      ].join('\n');
    },
  };
}

function packed16(words: Int16Array): Uint8Array {
  const bytes = new Uint8Array(words.length * 2);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => view.setInt16(2 * index, word, true));
  return bytes;
}

/** Two 12-bit samples in three bytes; an odd one at the end of the file takes two bytes. */
function packed212(words: Int16Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(words.length * 1.5));
  for (let index = 0, at = 0; index < words.length; index += 2, at += 3) {
    const first = words[index] ?? 0;
    const second = words[index + 1] ?? 0;
    bytes[at] = first & 255;
    bytes[at + 1] = ((first >> 8) & 15) | ((second >> 4) & 0xf0);
    bytes[at + 2] = second & 255;
  }
  return bytes;
}
