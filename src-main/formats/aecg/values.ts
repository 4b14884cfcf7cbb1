/** The values of one aECG sequence (SLIST_PQ): whole numbers, with a scale and an origin. */
import { RhythmarkError } from '../../contract/errors.ts';
import { millivoltsPer } from '../voltage.ts';
import { numberOf, type XmlElement } from '../xml.ts';

/** Largest sample of 32 bits; the one below it stands for a missing sample. */
const MOST_DIGIT = 2 ** 31 - 1;

export interface Values {
  readonly digits: Int32Array;
  /** Physical value = digit x scale + offset, in `unit`; 1 and 0 where the file does not tell. */
  readonly scale: number;
  readonly offset: number;
  readonly unit: string;
  /** Whether `unit` is mV. */
  readonly calibrated: boolean;
}

/** `damaged-file` where a value is no whole number of 32 bits. */
export function valuesOf(sequence: XmlElement, code: string): Values {
  const value = sequence.first('value');
  return { digits: digitsOf(value.first('digits').text, code), ...scaleOf(value) };
}

function digitsOf(text: string, code: string): Int32Array {
  const words = text === '' ? [] : text.split(/\s+/);
  const digits = new Int32Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const digit = numberOf(word);
    if (!Number.isInteger(digit) || Math.abs(digit) > MOST_DIGIT) {
      throw new RhythmarkError(
        'damaged-file',
        `Value ${(i + 1).toLocaleString('en')} of ${code} is "${word.slice(0, 16)}", not a whole number of 32 bits (element <digits>).`,
      );
    }
    digits[i] = digit;
  }
  return digits;
}

/** The origin has a unit of its own, which need not be that of the scale. */
function scaleOf(value: XmlElement): Omit<Values, 'digits'> {
  const scale = numberOf(value.first('scale').attribute('value'));
  const origin = numberOf(value.first('origin').attribute('value')) || 0;
  const unit = value.first('scale').attribute('unit');
  const originUnit = value.first('origin').attribute('unit') || unit;
  const toMv = millivoltsPer(unit);
  const usable = Number.isFinite(scale) && scale !== 0;
  if (!usable) return { scale: 1, offset: 0, unit: toMv === null ? unit : 'mV', calibrated: false };
  if (toMv === null) {
    const offset = originUnit === unit ? origin : 0;
    return { scale, offset, unit, calibrated: false };
  }
  const offset = origin === 0 ? 0 : origin * (millivoltsPer(originUnit) ?? NaN);
  if (Number.isNaN(offset)) return { scale: 1, offset: 0, unit: 'mV', calibrated: false };
  return { scale: scale * toMv, offset, unit: 'mV', calibrated: true };
}
