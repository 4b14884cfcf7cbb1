/**
 * Annotation files in the MIT format, annot(5): 16-bit little-endian words of a 6-bit code and 10
 * bits of time since the annotation before; codes from 59 up are marks that carry the rest.
 */
import { RhythmarkError } from '../../contract/errors.ts';
import { readExactly, type ByteSource } from '../byte-source.ts';
import { LIMITS } from '../limits.ts';
import type { Annotation, AnnotationSet, Siblings } from '../reader.ts';
import { LAST_CODE, NOTE_CODE, symbolOf } from './annotation-codes.ts';

/** Marks of the file format. */
export const MARK = { skip: 59, num: 60, sub: 61, chn: 62, aux: 63 } as const;

/** Annotators in use at PhysioNet; each is looked for beside a record. */
const ANNOTATORS = [
  ...['atr', 'ari', 'ecg', 'qrs', 'qrsc', 'man', 'st', 'sta', 'stb', 'stc', 'stf', 'cal', 'pwave'],
  ...['pu', 'pu0', 'pu1', 'q1c', 'q2c', 'qt1', 'qt2', 'apn', 'alm', 'arr', 'rhy', 'ann', 'anI'],
  ...['wqrs', 'gqrs', 'sqrs', 'xqrs', 'epic', 'ecgpuwave', 'wabp', 'abp', 'marker', 'trigger'],
  ...['hypn', 'sleep', '16a', 'al', 'aux', 'resp'],
] as const;

/** 64 bytes an annotation is far above any file seen. */
const MAX_BYTES = LIMITS.annotations * 16;

/** Every annotation file of a known annotator beside a record, in alphabetical order. */
export async function annotationsBeside(
  siblings: Siblings,
  stem: string,
  frameHz: number,
): Promise<readonly AnnotationSet[]> {
  const sets: AnnotationSet[] = [];
  for (const annotator of [...ANNOTATORS].sort())
    if (await siblings.exists(`${stem}.${annotator}`))
      sets.push(await readAnnotator(siblings, stem, annotator, frameHz));
  return sets;
}

/**
 * The annotation file `stem.annotator`. `frameHz` is the rate at which it counts unless it names
 * its own. Throws `not-found`, or `damaged-file` with the byte.
 */
export async function readAnnotator(
  siblings: Siblings,
  stem: string,
  annotator: string,
  frameHz: number,
): Promise<AnnotationSet> {
  const file = `${stem}.${annotator}`;
  const source = await siblings.open(file);
  try {
    return { annotator, ...(await readAnnotations(source, file, frameHz)) };
  } finally {
    await source.close();
  }
}

async function readAnnotations(
  source: ByteSource,
  file: string,
  frameHz: number,
): Promise<Omit<AnnotationSet, 'annotator'>> {
  if (source.size > MAX_BYTES)
    throw new RhythmarkError('too-large', `${file} is too large for an annotation file.`);
  return parseAnnotations(await readExactly(source, 0, source.size, file), file, frameHz);
}

/** One annotation as stored, before the file's own definitions are taken out. */
interface Stored {
  sample: number;
  code: number;
  subtype: number;
  channel: number;
  num: number;
  aux: string;
}

/** Annotations of the bytes of a file, in time order. Errors as `readAnnotator`. */
export function parseAnnotations(
  bytes: Uint8Array,
  file: string,
  frameHz: number,
): Omit<AnnotationSet, 'annotator'> {
  const stored = parseWords(bytes, file);
  const { own, samplingHz, first } = ownDefinitions(stored, frameHz);
  const annotations: Annotation[] = [];
  let sorted = true;
  for (const { code, ...rest } of stored.slice(first)) {
    sorted &&= (annotations.at(-1)?.sample ?? -Infinity) <= rest.sample;
    annotations.push({ ...rest, symbol: symbolOf(code, own) });
  }
  if (!sorted) annotations.sort((a, b) => a.sample - b.sample);
  return { samplingHz, annotations };
}

function parseWords(bytes: Uint8Array, file: string): Stored[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const annotations: Stored[] = [];
  let at = 0;
  let time = 0;
  const need = (length: number) => {
    if (at + length > bytes.length)
      throw new RhythmarkError(
        'damaged-file',
        `${file} ends at byte ${bytes.length.toLocaleString('en')} without its end mark. The annotation file is cut off or in another format.`,
        `byte ${at}`,
      );
  };
  const marked = (): Stored => {
    const current = annotations.at(-1);
    if (current !== undefined) return current;
    throw new RhythmarkError(
      'damaged-file',
      `${file} begins with a mark that belongs to no annotation, at byte ${at}. It is no annotation file.`,
      `byte ${at}`,
    );
  };
  for (;;) {
    need(2);
    const word = view.getUint16(at, true);
    const code = word >> 10;
    const value = word & 0x3ff;
    if (word === 0) return annotations;
    at += 2;
    switch (code) {
      case MARK.skip:
        // A 32-bit interval, the high half first (PDP-11 order).
        need(4);
        time += (view.getInt16(at, true) << 16) | view.getUint16(at + 2, true);
        at += 4;
        break;
      case MARK.num:
        marked().num = signedByte(value);
        break;
      case MARK.sub:
        marked().subtype = signedByte(value);
        break;
      case MARK.chn:
        marked().channel = value & 0xff;
        break;
      case MARK.aux:
        need(value + (value % 2));
        marked().aux = auxText(bytes.subarray(at, at + value));
        at += value + (value % 2);
        break;
      default: {
        if (code > LAST_CODE)
          throw new RhythmarkError(
            'damaged-file',
            `${file} holds the unknown code ${code} at byte ${at - 2}. It is damaged or no annotation file.`,
            `byte ${at - 2}`,
          );
        time += value;
        // NOTQRS: a placeholder that only moves the time, ecgcodes.h.
        if (code === 0) break;
        // `num` and `chn` last until they are changed; `sub` and `aux` do not.
        const { channel = 0, num = 0 } = annotations.at(-1) ?? {};
        annotations.push({ sample: time, code, subtype: 0, channel, num, aux: '' });
        if (annotations.length > LIMITS.annotations)
          throw new RhythmarkError('too-large', `${file} holds too many annotations.`);
      }
    }
  }
}

function signedByte(value: number): number {
  return (value << 24) >> 24;
}

/** Up to the first NUL; UTF-8 where it is valid, otherwise Latin-1. */
function auxText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = end < 0 ? bytes : bytes.subarray(0, end);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch {
    return new TextDecoder('latin1').decode(text);
  }
}

const TIME_RESOLUTION = /^## time resolution: ([\d.]+(?:e[+-]?\d+)?)/i;
const DEFINITIONS_BEGIN = /^## annotation type definitions/;
const DEFINITIONS_END = /^## end of definitions/;

/**
 * Notes at time 0 by which a file states its own rate and mnemonics, annopen(3); they are no
 * annotations of the recording.
 */
function ownDefinitions(stored: readonly Stored[], frameHz: number) {
  const own = new Map<number, string>();
  let samplingHz = frameHz;
  let first = 0;
  let inDefinitions = false;
  for (const { sample, code, aux } of stored) {
    if (sample !== 0 || code !== NOTE_CODE) break;
    const resolution = Number(TIME_RESOLUTION.exec(aux)?.[1] ?? NaN);
    const definition = /^(\d{1,2})\s+(\S+)/.exec(aux);
    if (inDefinitions && DEFINITIONS_END.test(aux)) inDefinitions = false;
    else if (inDefinitions && definition) own.set(Number(definition[1]), definition[2] ?? '');
    else if (DEFINITIONS_BEGIN.test(aux)) inDefinitions = true;
    else if (resolution > 0 && Number.isFinite(resolution)) samplingHz = resolution;
    else break;
    first++;
  }
  return { own, samplingHz, first };
}
