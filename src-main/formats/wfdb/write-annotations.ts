/** Annotation files in the MIT format, annot(5), as annotations.ts reads them. */
import { RhythmarkError } from '../../contract/errors.ts';
import { writeFileAtomically } from '../atomic-file.ts';
import type { AnnotationSet } from '../reader.ts';
import { codeOf, NOTE_CODE } from './annotation-codes.ts';
import { MARK } from './annotations.ts';

/** Largest interval of one word; beyond, a skip mark carries it. */
const MAX_INTERVAL = 1023;
const MAX_SKIP = 2 ** 31 - 1;
const MAX_AUX_BYTES = 255;

/**
 * Writes `set` to `path`, whole or not at all. `bad-request` for what the format cannot hold: a
 * mnemonic that WFDB has not, an aux text above 255 bytes, sub, num or channel outside a byte.
 */
export async function writeAnnotations(path: string, set: AnnotationSet): Promise<void> {
  await writeFileAtomically(path, [encodeAnnotations(set)]);
}

/**
 * The bytes of an annotation file. The rate is stated in it, so that it holds whatever the record
 * beside it says.
 */
export function encodeAnnotations({ samplingHz, annotations }: AnnotationSet): Uint8Array {
  const words = new WordWriter();
  words.word(NOTE_CODE, 0);
  words.aux(`## time resolution: ${samplingHz}`);
  let time = 0;
  let channel = 0;
  let num = 0;
  for (const annotation of [...annotations].sort((a, b) => a.sample - b.sample)) {
    const code = codeOf(annotation.symbol);
    if (code === null)
      throw new RhythmarkError(
        'bad-request',
        `WFDB has no annotation code for "${annotation.symbol}".`,
      );
    checkRange('subtype', annotation.subtype, -128, 127);
    checkRange('num', annotation.num, -128, 127);
    checkRange('channel', annotation.channel, 0, 255);
    if (!Number.isSafeInteger(annotation.sample) || annotation.sample < 0)
      throw new RhythmarkError('bad-request', `${annotation.sample} is no sample number.`);
    let interval = annotation.sample - time;
    while (interval > MAX_INTERVAL) {
      const skip = Math.min(interval, MAX_SKIP);
      words.skip(skip);
      interval -= skip;
    }
    words.word(code, interval);
    time = annotation.sample;
    if (annotation.subtype !== 0) words.word(MARK.sub, annotation.subtype & 0xff);
    if (annotation.channel !== channel) words.word(MARK.chn, annotation.channel);
    if (annotation.num !== num) words.word(MARK.num, annotation.num & 0xff);
    if (annotation.aux !== '') words.aux(annotation.aux);
    ({ channel, num } = annotation);
  }
  words.end();
  return words.bytes();
}

function checkRange(what: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RhythmarkError('bad-request', `WFDB holds no annotation with ${what} ${value}.`);
}

class WordWriter {
  #buffer = new Uint8Array(4096);
  #length = 0;

  word(code: number, value: number): void {
    this.#half((code << 10) | value);
  }

  /** A 32-bit interval, the high half first. */
  skip(interval: number): void {
    this.word(MARK.skip, 0);
    this.#half(interval >> 16);
    this.#half(interval & 0xffff);
  }

  aux(text: string): void {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > MAX_AUX_BYTES || bytes.includes(0))
      throw new RhythmarkError(
        'bad-request',
        `The text of an annotation has ${bytes.length} bytes; a WFDB annotation file holds at most ${MAX_AUX_BYTES}, none of them NUL.`,
      );
    this.word(MARK.aux, bytes.length);
    this.#grow(bytes.length + 1);
    this.#buffer.set(bytes, this.#length);
    this.#buffer[this.#length + bytes.length] = 0;
    this.#length += bytes.length + (bytes.length % 2);
  }

  end(): void {
    this.#half(0);
  }

  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  #half(value: number): void {
    this.#grow(2);
    this.#buffer[this.#length++] = value & 0xff;
    this.#buffer[this.#length++] = (value >> 8) & 0xff;
  }

  #grow(by: number): void {
    if (this.#length + by <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#buffer.length, this.#length + by));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}
