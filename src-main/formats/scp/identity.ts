/** Patient, device and start of an SCP-ECG record: the tagged fields of section 1 (clause 5.4). */
import type { PatientFields } from '../../contract/domain.ts';
import type { Section } from './record.ts';

const TAG = {
  lastName: 0,
  firstName: 1,
  patientId: 2,
  age: 4,
  birthDate: 5,
  sex: 8,
  device: 14,
  date: 25,
  time: 26,
  end: 255,
} as const;

const AGE_UNITS: Readonly<Record<number, string>> = {
  1: '',
  2: ' months',
  3: ' weeks',
  4: ' days',
  5: ' hours',
};

export interface Identity {
  readonly patient: PatientFields;
  readonly device: string | null;
  readonly start: string | null;
}

export function identityOf(section: Section | undefined): Identity {
  const fields = section ? fieldsOf(section.data) : new Map<number, Buffer>();
  const names = [text(fields.get(TAG.firstName)), text(fields.get(TAG.lastName))];
  const name = names.filter((part) => part !== null).join(' ');
  const sex = fields.get(TAG.sex)?.[0];
  return {
    patient: {
      id: text(fields.get(TAG.patientId)),
      name: name === '' ? null : name,
      birthDate: dateOf(fields.get(TAG.birthDate)),
      sex: sex === 1 ? 'M' : sex === 2 ? 'F' : null,
      age: ageOf(fields.get(TAG.age)),
    },
    device: deviceOf(fields.get(TAG.device)),
    start: startOf(fields.get(TAG.date), fields.get(TAG.time)),
  };
}

/** First value of each tag. Fields after one that is cut off are lost, not guessed. */
function fieldsOf(data: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  let at = 0;
  while (at + 3 <= data.length) {
    const tag = data.readUInt8(at);
    const length = data.readUInt16LE(at + 1);
    if (tag === TAG.end || at + 3 + length > data.length) break;
    if (!fields.has(tag)) fields.set(tag, data.subarray(at + 3, at + 3 + length));
    at += 3 + length;
  }
  return fields;
}

function text(value: Buffer | undefined): string | null {
  const cleaned = value?.toString('latin1').replace(/\0.*$/s, '').trim();
  return cleaned === undefined || cleaned === '' ? null : cleaned;
}

function ageOf(value: Buffer | undefined): string | null {
  if (!value || value.length < 3) return null;
  const unit = AGE_UNITS[value.readUInt8(2)];
  return unit === undefined ? null : `${value.readUInt16LE(0)}${unit}`;
}

/** The model description is a text of up to 6 bytes at byte 8 of the device's field. */
function deviceOf(value: Buffer | undefined): string | null {
  return value && value.length >= 14 ? text(value.subarray(8, 14)) : null;
}

function dateOf(value: Buffer | undefined): string | null {
  if (!value || value.length < 4) return null;
  const [year, month, day] = [value.readUInt16LE(0), value.readUInt8(2), value.readUInt8(3)];
  if (year < 1850 || month < 1 || month > 12 || day < 1 || day > 31) return null;
  return `${year}-${two(month)}-${two(day)}`;
}

function startOf(date: Buffer | undefined, time: Buffer | undefined): string | null {
  const day = dateOf(date);
  const [hour = 99, minute = 99, second = 99] = time ?? [];
  if (day === null || hour > 23 || minute > 59 || second > 59) return null;
  return `${day}T${two(hour)}:${two(minute)}:${two(second)}.000`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
