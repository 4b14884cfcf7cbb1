/** What a person said of leads whose file states no unit, in words. */
import {
  LEAST_STORED_PER_MV,
  MOST_STORED_PER_MV,
  type UnitChoice,
} from '../../src-main/contract/lead-unit.ts';

/** `200 stored units per mV`, `stored in µV`. */
export function unitWords(choice: UnitChoice): string {
  switch (choice.kind) {
    case 'mV':
      return 'stored in mV';
    case 'uV':
      return 'stored in \u00b5V';
    case 'perMv':
      return `${choice.stored.toLocaleString('en-US', { maximumFractionDigits: 6 })} stored units per mV`;
    case 'unknown':
      return 'not known';
  }
}

/** A gain as it was typed, or null where it is none. */
export function storedPerMv(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && value >= LEAST_STORED_PER_MV && value <= MOST_STORED_PER_MV
    ? value
    : null;
}
