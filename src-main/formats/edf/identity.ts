/** Patient, device and start time out of an EDF header's free-text fields. */
import type { PatientFields } from '../../contract/domain.ts';
import type { EdfHeader } from './header.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** EDF+ writes `code sex birthdate name`, X for unknown; plain EDF a free identification. */
export function patientOf(field: string): PatientFields {
  const none: PatientFields = { id: null, name: null, birthDate: null, sex: null, age: null };
  const plus = /^(\S+) ([MFX]) (X|\d\d-[A-Za-z]{3}-\d{4}) (\S+)/.exec(field);
  if (plus) {
    const [, code, sex, birth, name] = plus;
    return {
      ...none,
      id: known(code),
      sex: known(sex),
      birthDate: birth === undefined || birth === 'X' ? null : isoDate(birth),
      name: known(name),
    };
  }
  return { ...none, id: /^[X ]*$/.test(field) ? null : field };
}

/** `Startdate dd-MMM-yyyy administration technician equipment`: the equipment, where stated. */
export function deviceOf(field: string): string | null {
  const plus = /^Startdate \S+ \S+ \S+ (\S+)/.exec(field);
  return plus ? known(plus[1]) : null;
}

/**
 * Local start as `yyyy-mm-ddThh:mm:ss.sss`, or null where the header has none that exists.
 * The two-digit year runs from 1985 to 2084; an EDF+ `Startdate` gives all four digits.
 * `subsecondS` is the onset of the first data record, 0 to 1.
 */
export function startOf(header: EdfHeader, subsecondS: number): string | null {
  const time = /^(\d\d)[.:](\d\d)[.:](\d\d)$/.exec(header.timeField);
  if (!time) return null;
  const [, hour = '', minute = '', second = ''] = time;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const date = startDate(header);
  if (date === null) return null;
  const milliseconds = Math.min(999, Math.round(subsecondS * 1000));
  return `${date}T${hour}:${minute}:${second}.${String(milliseconds).padStart(3, '0')}`;
}

function startDate(header: EdfHeader): string | null {
  const full = /^Startdate (\d\d-[A-Za-z]{3}-\d{4})/.exec(header.recordingField)?.[1];
  if (full !== undefined) return isoDate(full);
  if (/^Startdate (X|not recorded)/i.test(header.recordingField)) return null;
  const short = /^(\d\d)[.:/-](\d\d)[.:/-](\d\d)$/.exec(header.dateField);
  if (!short) return null;
  const [, day = '', month = '', year = ''] = short;
  const century = Number(year) >= 85 ? '19' : '20';
  return existing(`${century}${year}-${month}-${day}`);
}

function isoDate(text: string): string | null {
  const [day = '', name = '', year = ''] = text.split('-');
  const month = MONTHS.indexOf(name.toUpperCase()) + 1;
  return existing(`${year}-${String(month).padStart(2, '0')}-${day}`);
}

/** The date itself when the calendar has it, so that 31 February is no start. */
function existing(iso: string): string | null {
  const parsed = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(iso) ? iso : null;
}

function known(word: string | undefined): string | null {
  return word === undefined || word === 'X' ? null : word.replace(/_/g, ' ');
}
