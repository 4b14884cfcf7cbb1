/**
 * Patient fields from the comment lines of a file. WFDB and text files have no fields for them; a
 * few habits of writing them are unmistakable, and only those are taken. The rest stays a comment.
 */
import type { PatientFields } from '../contract/domain.ts';

/** MIT-BIH Arrhythmia Database: `69 M 1085 1629 x1` (age, sex, two recorder and tape numbers). */
const MIT_BIH = /^(\d{1,3}|\?) ([MF]|\?) \d+ \d+ x\d+$/;
/** `Age: 63`, `sex: female`; PhysioNet's challenge and PTB headers. */
const LABELLED = /^([A-Za-z][A-Za-z ]*?)\s*:\s*(.+)$/;
/** `<age>: 25  <sex>: M  <diagnoses>: (none)`; PhysioNet's converters. */
const BRACKETED = /<([^<>]+)>\s*:\s*([^<]*)/g;

const MEANING: ReadonlyMap<string, 'id' | 'birthDate' | 'age' | 'sex'> = new Map([
  ['age', 'age'],
  ['sex', 'sex'],
  ['gender', 'sex'],
  ['patient id', 'id'],
  ['subject id', 'id'],
  ['date of birth', 'birthDate'],
]);

const UNKNOWN = /^(?:|\?|-|-1|n\/a|nan|none|\(none\)|unknown|unk)$/i;
const PLAUSIBLE = {
  id: /^.{1,64}$/,
  birthDate: /^.{1,32}$/,
  age: /^\d{1,3}(?:\.\d+)?(?:\s*(?:y|yr|yrs|years?))?$/i,
  sex: /^(?:m|f|male|female|o|other)$/i,
} as const;

export function patientFields(comments: readonly string[]): PatientFields {
  const found = new Map<string, string>();
  const take = (label: string, value: string) => {
    const field = MEANING.get(label.trim().toLowerCase());
    const text = value.trim();
    if (field === undefined || found.has(field) || UNKNOWN.test(text)) return;
    if (PLAUSIBLE[field].test(text)) found.set(field, text);
  };
  for (const comment of comments) {
    const tape = MIT_BIH.exec(comment);
    if (tape) {
      take('age', tape[1] ?? '');
      take('sex', tape[2] ?? '');
      continue;
    }
    if (comment.startsWith('<')) {
      for (const [, label = '', value = ''] of comment.matchAll(BRACKETED)) take(label, value);
      continue;
    }
    const labelled = LABELLED.exec(comment);
    if (labelled) take(labelled[1] ?? '', labelled[2] ?? '');
  }
  return {
    id: found.get('id') ?? null,
    name: null,
    birthDate: found.get('birthDate') ?? null,
    sex: found.get('sex') ?? null,
    age: found.get('age') ?? null,
  };
}
