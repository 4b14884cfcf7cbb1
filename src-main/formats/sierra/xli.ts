/**
 * XLI, the compression of Philips Sierra ECG: per lead an 8-byte header (32-bit size of the
 * chunk, 16-bit code, 16-bit first difference), then LZW of 10-bit codes, most significant bit
 * first, over bytes of which the first half are high and the second half low; the words are second
 * differences with a bias of 64. The last code, 1023, says that the lead ends.
 */
import { RhythmarkError } from '../../contract/errors.ts';

const CODE_BITS = 10;
const END_CODE = (1 << CODE_BITS) - 1;
const FIRST_PHRASE = 256;
const HEADER_BYTES = 8;
const BIAS = 64;
/** Samples of all leads together: a resting ECG of 12 leads has 132,000. */
const MOST_SAMPLES = 16 * 1024 * 1024;

/** Leads of a waveform, one after the other. `damaged-file` where a chunk is cut off. */
export function decodeXli(bytes: Uint8Array): Int32Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const leads: Int32Array[] = [];
  let at = 0;
  let room = MOST_SAMPLES;
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
    const words = expand(bytes.subarray(begin, begin + size), room, leads.length + 1);
    room -= words.length;
    leads.push(integrate(words, first));
    at = begin + size;
  }
  return leads;
}

/** LZW to bytes, bytes to 16-bit words. Nothing is made before its length is known to be fair. */
function expand(bytes: Uint8Array, room: number, lead: number): Int32Array {
  const codes = codesOf(bytes);
  const length = expandedLength(codes, 2 * room, lead);
  if (length % 2 !== 0) throw contradicts(lead);
  const output = new Uint8Array(length);
  const starts = new Int32Array(END_CODE);
  const lengths = new Int32Array(END_CODE);
  let next = FIRST_PHRASE;
  let previous = -1;
  let written = 0;
  for (const code of codes) {
    const start = written;
    if (code < FIRST_PHRASE) {
      output[written++] = code;
    } else if (code < next) {
      written = copy(output, starts[code] ?? 0, lengths[code] ?? 0, written);
    } else {
      // The code being defined right now: the phrase before and its own first byte.
      written = copy(output, previous, start - previous, written);
      output[written++] = output[previous] ?? 0;
    }
    if (previous >= 0 && next < END_CODE) {
      // A phrase is the one before and the byte that follows it, which lies next to it.
      starts[next] = previous;
      lengths[next] = start - previous + 1;
      next++;
    }
    previous = start;
  }
  return wordsOf(output);
}

/** The codes before the one that ends a lead, or all where none does. */
function codesOf(bytes: Uint8Array): Int16Array {
  const codes = new Int16Array(Math.floor((bytes.length * 8) / CODE_BITS));
  let bits = 0;
  let held = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xffffff;
    held += 8;
    if (held < CODE_BITS) continue;
    held -= CODE_BITS;
    const code = (bits >> held) & END_CODE;
    if (code === END_CODE) break;
    codes[count++] = code;
  }
  return codes.subarray(0, count);
}

/** Bytes that the codes stand for; `damaged-file` for a code before it is defined. */
function expandedLength(codes: Int16Array, most: number, lead: number): number {
  const lengths = new Int32Array(END_CODE);
  let next = FIRST_PHRASE;
  let previous = 0;
  let total = 0;
  for (const code of codes) {
    if (code > next || (code === next && previous === 0)) throw contradicts(lead);
    const own = code < FIRST_PHRASE ? 1 : code < next ? (lengths[code] ?? 0) : previous + 1;
    if (previous > 0 && next < END_CODE) lengths[next++] = previous + 1;
    previous = own;
    total += own;
    if (total > most) {
      throw new RhythmarkError(
        'too-large',
        `The compressed waveforms hold over ${MOST_SAMPLES.toLocaleString('en')} samples, more than a resting ECG has.`,
      );
    }
  }
  return total;
}

function contradicts(lead: number): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `The compressed lead ${lead} contradicts itself (element <parsedwaveforms>). Export the recording again.`,
  );
}

function copy(output: Uint8Array, from: number, length: number, to: number): number {
  // Byte by byte: the phrase may overlap what is being written.
  for (let i = 0; i < length; i++) output[to + i] = output[from + i] ?? 0;
  return to + length;
}

function wordsOf(output: Uint8Array): Int32Array {
  const count = output.length / 2;
  const words = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    words[i] = (((output[i] ?? 0) << 24) >> 16) | (output[count + i] ?? 0);
  }
  return words;
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
