/** The line over the traces: whose recording, of when, from which leads. */
import type { PatientFields, RecordingHeader } from '../../../src-main/contract/domain.ts';
import { clockOf, spanText } from '../../paper/clock.ts';
import { duration, rate, startTime } from '../words.ts';

/** `P-77410, F, 1954`; a field that the file leaves out is "not stated" once, never guessed. */
export function patientText(patient: PatientFields): string {
  const born = patient.birthDate ?? (patient.age === null ? null : `age ${patient.age}`);
  const stated = [patient.name, patient.id, patient.sex, born].filter(
    (field) => field !== null && field !== '',
  );
  return stated.length > 0 ? stated.join(', ') : 'Patient not stated';
}

/** `2026-06-11 09:12 to 06-12 09:10, 23 h 58 min`. */
export function timesText(header: RecordingHeader): string {
  const span = spanText(clockOf(header.start), header.durationS);
  return `${span ?? 'Start not stated'}, ${duration(header.durationS)}`;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What the file says of itself and of the patient; "not stated" for each field it leaves out. */
export function recordingFacts(header: RecordingHeader): readonly Fact[] {
  const { patient, leads } = header;
  const loose = leads.filter((lead) => !lead.calibrated).length;
  const stated = (value: string | null) => value ?? 'not stated';
  return [
    { name: 'Format', value: header.format },
    { name: 'Device', value: stated(header.device) },
    { name: 'Leads', value: leadsText(header) },
    {
      name: 'Amplitude',
      value:
        loose === 0
          ? leads.some((lead) => lead.unitSaid === true)
            ? 'mV, unit as chosen'
            : 'calibrated, mV'
          : loose === leads.length
            ? 'uncalibrated, no unit'
            : `${loose} of ${leads.length} leads uncalibrated`,
    },
    { name: 'Start', value: startTime(header.start) },
    { name: 'Patient name', value: stated(patient.name) },
    { name: 'Patient ID', value: stated(patient.id) },
    {
      name: patient.birthDate === null && patient.age !== null ? 'Age' : 'Born',
      value: patient.birthDate ?? patient.age ?? 'not stated',
    },
    { name: 'Sex', value: stated(patient.sex) },
  ];
}

/** `II V1 V5, 250 Hz`; many leads are counted. */
export function leadsText(header: RecordingHeader): string {
  const { leads } = header;
  const names =
    leads.length > 6 ? `${leads.length} leads` : leads.map((lead) => lead.name).join(' ');
  const rates = [...new Set(leads.map((lead) => rate(lead.samplingHz)))];
  return `${names}, ${rates.join(', ')}`;
}
