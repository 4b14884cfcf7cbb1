/** Spellings of voltage units in ECG files. */

const MILLIVOLTS: Readonly<Record<string, number>> = {
  v: 1000,
  volt: 1000,
  volts: 1000,
  mv: 1,
  millivolt: 1,
  millivolts: 1,
  uv: 1e-3,
  '\u00b5v': 1e-3, // micro sign
  '\u03bcv': 1e-3, // Greek mu
  microv: 1e-3,
  microvolt: 1e-3,
  microvolts: 1e-3,
  nv: 1e-6,
  nanovolt: 1e-6,
};

/** Unit words that stand for stored numbers, not for a quantity. */
const STORED_UNIT = /^(?:|adu|adc|raw|counts?|digits?|lsb|a\.?u\.?|units?|unknown)$/i;

export function isStoredUnit(unit: string): boolean {
  return STORED_UNIT.test(unit.trim());
}

/** Millivolts in one of `unit`, or null where that is no voltage. Case is ignored. */
export function millivoltsPer(unit: string): number | null {
  return MILLIVOLTS[unit.trim().toLowerCase()] ?? null;
}
