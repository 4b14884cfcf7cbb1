/** The text header of an EDF+ or BDF+ file; every field has a fixed width. */
import type { PatientFields } from '../../contract/domain.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

export interface EdfHeaderFields {
  readonly variant: 'EDF+' | 'BDF+';
  readonly patient: PatientFields;
  readonly start: string | null;
  readonly equipment: string;
  readonly recordCount: number;
  readonly durationS: number;
  readonly annotationSamples: number;
  /** Reserved field of the annotations' own signal. */
  readonly annotationsReserved: string;
  readonly signals: readonly {
    readonly label: string;
    readonly dimension: string;
    readonly physicalMin: string;
    readonly physicalMax: string;
    readonly digitalMin: number;
    readonly digitalMax: number;
    readonly samplesPerRecord: number;
    readonly reserved: string;
  }[];
}

export function headerBytes(fields: EdfHeaderFields): Uint8Array {
  const bdf = fields.variant === 'BDF+';
  const annotations = {
    label: bdf ? 'BDF Annotations' : 'EDF Annotations',
    dimension: '',
    physicalMin: '-1',
    physicalMax: '1',
    digitalMin: bdf ? -8388608 : -32768,
    digitalMax: bdf ? 8388607 : 32767,
    samplesPerRecord: fields.annotationSamples,
    reserved: fields.annotationsReserved,
  };
  const signals = [...fields.signals, annotations];
  const column = (width: number, text: (signal: (typeof signals)[number]) => string): string =>
    signals.map((signal) => fixed(text(signal), width)).join('');
  const { date, time, startdate } = stamps(fields.start);
  const text = [
    bdf ? '\u00ffBIOSEMI' : fixed('0', 8),
    fixed(patientField(fields.patient), 80),
    fixed(`Startdate ${startdate} X X ${fields.equipment}`, 80),
    fixed(date, 8),
    fixed(time, 8),
    fixed(String(256 * (signals.length + 1)), 8),
    fixed(`${fields.variant}C`, 44),
    fixed(String(fields.recordCount), 8),
    fixed(String(fields.durationS), 8),
    fixed(String(signals.length), 4),
    column(16, ({ label }) => label),
    column(80, () => ''),
    column(8, ({ dimension }) => dimension),
    column(8, ({ physicalMin }) => physicalMin),
    column(8, ({ physicalMax }) => physicalMax),
    column(8, ({ digitalMin }) => String(digitalMin)),
    column(8, ({ digitalMax }) => String(digitalMax)),
    column(80, () => ''),
    column(8, ({ samplesPerRecord }) => String(samplesPerRecord)),
    column(32, ({ reserved }) => reserved),
  ].join('');
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

/**
 * Physical limits of the digital range in eight characters each. Of mV and uV the one is taken in
 * which they are exact, or else nearer: eight characters hold about seven digits.
 */
export function bestPhysicalRange(
  lead: { readonly unit: string; readonly gain: number; readonly baseline: number },
  digitalMin: number,
  digitalMax: number,
): { dimension: string; physicalMin: string; physicalMax: string } {
  const min = (digitalMin - lead.baseline) / lead.gain;
  const max = (digitalMax - lead.baseline) / lead.gain;
  const candidates = (lead.unit === 'mV' ? [1, 1000] : [1]).map((factor) => {
    const [low, high] = [eight(min * factor), eight(max * factor)];
    const error =
      Math.abs(Number(low) - min * factor) / factor +
      Math.abs(Number(high) - max * factor) / factor;
    const dimension = factor === 1 ? lead.unit : 'uV';
    return { error, range: { dimension, physicalMin: low, physicalMax: high } };
  });
  candidates.sort((a, b) => a.error - b.error);
  return candidates[0]?.range ?? { dimension: lead.unit, physicalMin: '-1', physicalMax: '1' };
}

/** The most digits of a number that eight characters hold, without an exponent where possible. */
export function eight(value: number): string {
  for (let digits = 12; digits >= 0; digits--) {
    const text = String(Number(value.toFixed(digits)));
    if (text.length <= 8 && !text.includes('e')) return text;
  }
  return String(Number(value.toPrecision(2))).slice(0, 8);
}

/** `code sex birthdate name`, X for unknown, spaces as underscores (EDF+ 2.1.3.3). */
function patientField(patient: PatientFields): string {
  const word = (value: string | null): string => value?.trim().replace(/\s+/g, '_') || 'X';
  const sex = /^m/i.test(patient.sex ?? '') ? 'M' : /^f/i.test(patient.sex ?? '') ? 'F' : 'X';
  const birth = /^(\d{4})-(\d\d)-(\d\d)$/.exec(patient.birthDate ?? '');
  const date = birth ? `${birth[3]}-${MONTHS[Number(birth[2]) - 1] ?? 'JAN'}-${birth[1]}` : 'X';
  return [word(patient.id), sex, date, word(patient.name)].join(' ');
}

function stamps(start: string | null): { date: string; time: string; startdate: string } {
  const match = /^(\d\d)(\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(start ?? '');
  if (!match) return { date: '01.01.85', time: '00.00.00', startdate: 'X' };
  const [, century, year, month, day, hour, minute, second] = match;
  return {
    date: `${day}.${month}.${year}`,
    time: `${hour}.${minute}.${second}`,
    startdate: `${day}-${MONTHS[Number(month) - 1] ?? 'JAN'}-${century}${year}`,
  };
}

/** ASCII of exactly `width`: what lies outside is written as a question mark. */
function fixed(text: string, width: number): string {
  return text
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, width)
    .padEnd(width);
}
