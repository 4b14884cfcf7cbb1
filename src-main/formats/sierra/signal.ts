/**
 * How a Sierra file stores samples. The attributes of a waveform describe it where a later system
 * filtered or resampled it; else what the cart wrote under signalcharacteristics holds. Source: the
 * comments of the schema, version 1.04.01.
 */
import { RhythmarkError } from '../../contract/errors.ts';
import { decodeBase64 } from '../base64.ts';
import { numbersOf, type NumberType } from '../interleaved.ts';
import { numberOf, type XmlElement } from '../xml.ts';

export interface SignalFormat {
  readonly encoding: string;
  readonly compression: string;
  readonly samplingHz: number;
  /** Microvolts of one step; NaN where none is stated. */
  readonly resolutionUv: number;
  /** Subtracted from each sample. */
  readonly zero: number;
  readonly signed: boolean;
  readonly bits: number;
}

export function formatOf(waveforms: XmlElement, signal: XmlElement): SignalFormat {
  const stated = (attributes: readonly string[], elements: readonly string[]): string =>
    [
      ...attributes.map((name) => waveforms.attribute(name)),
      ...elements.map((name) => signal.first(name).text),
    ].find((text) => text !== '') ?? '';
  return {
    encoding: waveforms.attribute('dataencoding') || 'Base64',
    compression: compressionOf(waveforms),
    samplingHz: numberOf(stated(['samplespersecond', 'samplespersec'], ['samplingrate'])),
    resolutionUv: numberOf(stated(['resolution'], ['resolution', 'signalresolution'])),
    zero: numberOf(stated(['signaloffset'], ['signaloffset'])) || 0,
    signed: !/^false$/i.test(stated(['signalsigned'], ['signalsigned'])),
    bits: numberOf(stated(['bitspersample', 'nbitspersample'], ['bitspersample'])) || 16,
  };
}

/** 1.03 has a flag and a method, 1.04 the method alone; '' where samples are stored as they are. */
function compressionOf(waveforms: XmlElement): string {
  const method = waveforms.attribute('compressmethod') || waveforms.attribute('compression');
  const flag = waveforms.attribute('compressflag');
  if (/^false$/i.test(flag) || /^(none|uncompressed)$/i.test(method)) return '';
  return /^true$/i.test(flag) ? method || 'an unnamed method' : method;
}

const TYPES: ReadonlyMap<string, NumberType> = new Map([
  ['8 true', 'int8'],
  ['8 false', 'uint8'],
  ['16 true', 'int16'],
  ['16 false', 'uint16'],
  ['32 true', 'int32'],
]);

/** Samples that are stored as they are, less their zero. `what` names them in messages. */
export function samplesOf(text: string, format: SignalFormat, what: string): Int32Array {
  const { encoding, signed, bits, zero } = format;
  if (/^plain$/i.test(encoding)) return lessZero(plainNumbers(text, what), zero, what);
  const type = TYPES.get(`${bits} ${signed}`);
  if (!type) {
    throw new RhythmarkError(
      'unsupported',
      `${what} stores ${signed ? 'signed' : 'unsigned'} samples of ${bits} bits, which is not read here (attribute bitspersample).`,
    );
  }
  const bytes = encodedBytes(text, format, what);
  const numbers = numbersOf(bytes, Math.floor((bytes.length * 8) / bits), {
    type,
    endian: 'little',
  });
  return lessZero(Int32Array.from(numbers), zero, what);
}

export function encodedBytes(text: string, { encoding }: SignalFormat, what: string): Buffer {
  if (/^base64$/i.test(encoding)) return decodeBase64(text, what);
  // Of "Hex" the schema does not say in which order the bytes of a sample come.
  throw new RhythmarkError(
    'unsupported',
    `${what} is encoded as "${encoding.slice(0, 20)}"; Base64 and Plain are read here (attribute dataencoding).`,
  );
}

/** Numbers in words, a blank between each two. */
function plainNumbers(text: string, what: string): Int32Array {
  const words = text === '' ? [] : text.split(/\s+/);
  return Int32Array.from(words, (word, i) => {
    const value = numberOf(word);
    if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) return value;
    throw new RhythmarkError(
      'damaged-file',
      `Value ${(i + 1).toLocaleString('en')} of ${what.toLowerCase()} is "${word.slice(0, 16)}", not a whole number of 32 bits.`,
    );
  });
}

function lessZero(samples: Int32Array, zero: number, what: string): Int32Array {
  if (zero === 0) return samples;
  if (!Number.isInteger(zero) || Math.abs(zero) > 2 ** 24) {
    throw new RhythmarkError(
      'damaged-file',
      `${what} states a zero of ${zero}, which no sample has (attribute signaloffset).`,
    );
  }
  return samples.map((value) => value - zero);
}
