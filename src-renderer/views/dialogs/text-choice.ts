/** What a person can say about a delimited text file, and what is still open. */
import type { Input } from '../../../src-main/contract/api.ts';
import type { TextPreview } from '../../../src-main/contract/text.ts';

type SentChoice = Input<'text.choose'>['choice'];
export type Role = SentChoice['roles'][number];
export interface Choice extends Omit<Readonly<SentChoice>, 'roles'> {
  readonly roles: readonly Role[];
}

export const DELIMITERS = [
  { value: ',', label: 'Comma' },
  { value: ';', label: 'Semicolon' },
  { value: '\t', label: 'Tab' },
  { value: ' ', label: 'Space' },
  { value: '|', label: 'Bar' },
] as const satisfies readonly { value: Choice['delimiter']; label: string }[];

export const UNITS = [
  { value: 'mV', label: 'mV' },
  { value: 'uV', label: 'µV' },
  { value: 'V', label: 'V' },
  { value: 'unknown', label: 'Not known', hint: 'Shown without a mV scale' },
] as const satisfies readonly { value: Choice['unit']; label: string; hint?: string }[];

export const ROLES = [
  { value: 'lead', label: 'Lead' },
  { value: 'time', label: 'Time' },
  { value: 'ignore', label: 'Ignored' },
] as const satisfies readonly { value: Role; label: string }[];

/** The choice that a preview stands for: what was detected, and what was asked for. */
export function choiceOf(preview: TextPreview): Choice {
  const known = DELIMITERS.find(({ value }) => value === preview.delimiter);
  return {
    delimiter: known?.value ?? ',',
    decimal: preview.decimal,
    headerRows: preview.headerRows,
    roles: preview.columns.map(({ role }) => role),
    samplingHz: preview.samplingHz,
    unit: preview.unit,
  };
}

/** What must still be said, in words; null when the file can be read. */
export function openQuestion(choice: Choice): string | null {
  if (!choice.roles.includes('lead')) return 'Say which columns are leads.';
  if (choice.samplingHz === null && !choice.roles.includes('time')) {
    return 'Say how fast it was sampled, or which column is the time.';
  }
  return null;
}
