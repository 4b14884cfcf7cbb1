/**
 * XLI, the compression of Philips Sierra ECG: per lead an 8-byte header (32-bit size of the
 * chunk, 16-bit code, 16-bit first difference), then LZW of 10-bit codes, most significant bit
 * first, over bytes of which the first half are high and the second half low; the words are second
 * differences with a bias of 64.
 */
import { RhythmarkError } from '../../contract/errors.ts';

const CODE_BITS = 10;
const MAX_CODES = 1 << CODE_BITS;
const HEADER_BYTES = 8;
const BIAS = 64;
/** A code stands for a phrase of at most this many bytes: each is one longer than one before it. */
const LONGEST_PHRASE = MAX_CODES - 255;
/** Samples of all leads together: a resting ECG of 12 leads has 132,000. */
const MOST_SAMPLES = 16 * 1024 * 1024;

/** Leads of a waveform, one after the other. `damaged-file` where a chunk is cut off. */
export function decodeXli(bytes: Uint8Array, samplesPerLead: number): Int32Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const leads: Int32Array[] = [];
  let at = 0;
  // Up to three bytes of padding may follow the last chunk.
  while (at + HEADER_BYTES <= bytes.length) {
    const size = view.getInt32(at, true);
    const first = view.getInt16(at + 6, true);
    const begin = at + HEADER_BYTES;
    if (size <= 0 || begin + size > bytes.length) {
      throw new RhythmarkError(
        'damaged-file',
        `The compressed lead ${leads.length + 1} ends early at byte ${bytes.length.toLocaleString('en')} of the waveform data. Export the recording again.`,
      );
    }
    if ((leads.length + 1) * samplesPerLead > MOST_SAMPLES) {
      throw new RhythmarkError(
        'too-large',
        `The compressed waveforms hold over ${MOST_SAMPLES.toLocaleString('en')} samples, more than a resting ECG has.`,
      );
    }
    const words = expand(bytes.subarray(begin, begin + size), samplesPerLead);
    leads.push(integrate(words, first));
    at = begin + size;
  }
  return leads;
}

/** LZW to bytes, bytes to 16-bit words. Stops after 2 x `count` bytes: no bomb grows past it. */
function expand(bytes: Uint8Array, count: number): Int32Array {
  // What the header promises is believed only as far as the compressed bytes can hold it.
  const codes = Math.floor((bytes.length * 8) / CODE_BITS);
  if (2 * count > codes * LONGEST_PHRASE) throw tooShort(codes, count);
  const output = new Uint8Array(2 * count);
  const starts = new Int32Array(MAX_CODES);
  const lengths = new Int32Array(MAX_CODES);
  let next = 256;
  let written = 0;
  let bits = 0;
  let held = 0;
  let previousStart = -1;
  let previousLength = 0;
  for (let i = 0; i < bytes.length && written < output.length;) {
    while (held < CODE_BITS && i < bytes.length) {
      bits = ((bits << 8) | (bytes[i++] ?? 0)) & 0xffffff;
      held += 8;
    }
    if (held < CODE_BITS) break;
    held -= CODE_BITS;
    const code = (bits >> held) & (MAX_CODES - 1);
    const start = written;
    if (code < 256) {
      output[written++] = code;
    } else if (code < next) {
      written = copy(output, starts[code] ?? 0, lengths[code] ?? 0, written);
    } else if (code === next && previousStart >= 0) {
      // The code being defined right now: the phrase before and its own first byte.
      written = copy(output, previousStart, previousLength, written);
      if (written < output.length) output[written++] = output[previousStart] ?? 0;
    } else {
      break; // the rest is padding
    }
    if (previousStart >= 0 && next < MAX_CODES) {
      // A phrase is the one before and the byte that follows it, which lies next to it.
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next++;
    }
    previousStart = start;
    previousLength = written - start;
  }
  if (written < output.length) {
    throw tooShort(Math.floor(written / 2), count);
  }
  const words = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    words[i] = (((output[i] ?? 0) << 24) >> 16) | (output[count + i] ?? 0);
  }
  return words;
}

function tooShort(held: number, count: number): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `A compressed lead holds ${held.toLocaleString('en')} samples of ${count.toLocaleString('en')}. Export the recording again.`,
  );
}

function copy(output: Uint8Array, from: number, length: number, to: number): number {
  const end = Math.min(output.length, to + length);
  // Byte by byte: the phrase may overlap what is being written.
  for (let i = to; i < end; i++) output[i] = output[from + i - to] ?? 0;
  return end;
}

/** Undoes the second differences in place. */
function integrate(words: Int32Array, first: number): Int32Array {
  let x = words[0] ?? 0;
  let y = words[1] ?? 0;
  let last = first;
  for (let i = 2; i < words.length; i++) {
    const z = y + y - x - last;
    last = (words[i] ?? 0) - BIAS;
    words[i] = (z << 16) >> 16; // the recorder computes in 16 bits
    x = y;
    y = words[i] ?? 0;
  }
  return words;
}
