/** The recordings that Rhythmark offers to try it with, as specs. */
import { TWELVE_LEADS, type RecordingSpec } from './spec.ts';

export interface DemoRecording {
  /** Name of the files without their endings. */
  readonly name: string;
  readonly title: string;
  readonly format: 'wfdb-16' | 'wfdb-212' | 'csv';
  /** Local date and time, as WFDB writes them; null where the file states none. */
  readonly start: { readonly time: string; readonly date: string } | null;
  readonly spec: RecordingSpec;
}

const HOUR = 3600;
const clock = (hours: number, minutes = 0, seconds = 0) => hours * HOUR + minutes * 60 + seconds;

export const DEMO_RECORDINGS: readonly DemoRecording[] = [
  {
    name: 'demo-01-normal',
    title: 'Sinus rhythm, hand-held recorder',
    format: 'wfdb-16',
    start: null,
    spec: {
      seed: 'demo-01',
      samplingHz: 300,
      durationS: 30,
      leads: ['I'],
      axisDegrees: 25,
      course: [{ untilS: 30, rhythm: { kind: 'sinus', ratePerMin: 66 } }],
    },
  },
  {
    name: 'demo-02-af',
    title: 'Atrial fibrillation with a rapid rate',
    format: 'wfdb-16',
    start: { time: '14:05:00', date: '12/03/2024' },
    spec: {
      seed: 'demo-02',
      samplingHz: 250,
      durationS: 60,
      leads: ['II', 'V1'],
      course: [{ untilS: 60, rhythm: { kind: 'af', ratePerMin: 122 } }],
    },
  },
  {
    name: 'demo-03-ectopy',
    title: 'Premature beats and a run of bigeminy',
    format: 'wfdb-212',
    start: { time: '09:30:00', date: '12/03/2024' },
    spec: {
      seed: 'demo-03',
      samplingHz: 360,
      durationS: 120,
      leads: ['II', 'V1'],
      course: [
        {
          untilS: 80,
          rhythm: { kind: 'sinus', ratePerMin: 70, ventricularShare: 0.07, atrialShare: 0.06 },
        },
        { untilS: 102, rhythm: { kind: 'bigeminy', ratePerMin: 74 } },
        { untilS: 120, rhythm: { kind: 'sinus', ratePerMin: 70 } },
      ],
    },
  },
  {
    name: 'demo-04-flutter',
    title: 'Atrial flutter, every fourth wave conducted',
    format: 'wfdb-16',
    start: null,
    spec: {
      seed: 'demo-04',
      samplingHz: 500,
      durationS: 30,
      leads: ['II', 'III', 'aVF', 'V1'],
      course: [{ untilS: 30, rhythm: { kind: 'flutter', block: 4 } }],
    },
  },
  {
    name: 'demo-05-twelve-leads',
    title: 'Resting ECG, sinus rhythm',
    format: 'wfdb-16',
    start: { time: '10:12:00', date: '12/03/2024' },
    spec: {
      seed: 'demo-05',
      samplingHz: 500,
      durationS: 10,
      leads: TWELVE_LEADS,
      course: [{ untilS: 10, rhythm: { kind: 'sinus', ratePerMin: 64 } }],
    },
  },
  {
    name: 'demo-06-noise',
    title: 'Electrode motion, muscle and mains',
    format: 'wfdb-16',
    start: null,
    spec: {
      seed: 'demo-06',
      samplingHz: 300,
      durationS: 60,
      leads: ['I'],
      axisDegrees: 20,
      course: [{ untilS: 60, rhythm: { kind: 'sinus', ratePerMin: 82 } }],
      disturbances: [
        { kind: 'motion', fromS: 9, toS: 32, level: 1.5 },
        { kind: 'emg', fromS: 18, toS: 44, level: 0.4 },
        { kind: 'mains', fromS: 40, toS: 60, level: 0.06 },
      ],
    },
  },
  {
    name: 'demo-07-paced',
    title: 'Ventricular pacing',
    format: 'wfdb-16',
    start: null,
    spec: {
      seed: 'demo-07',
      samplingHz: 500,
      durationS: 30,
      leads: ['I', 'II', 'V1'],
      course: [{ untilS: 30, rhythm: { kind: 'paced', ratePerMin: 70 } }],
    },
  },
  {
    name: 'demo-08-holter',
    title: '24-hour Holter with paroxysms of atrial fibrillation',
    format: 'wfdb-212',
    start: { time: '09:00:00', date: '11/03/2024' },
    spec: {
      seed: 'demo-08',
      samplingHz: 250,
      durationS: 24 * HOUR,
      leads: ['II', 'V1', 'V5'],
      dayAndNight: { perMin: 9, startHour: 9 },
      course: [
        {
          untilS: clock(3, 41),
          rhythm: { kind: 'sinus', ratePerMin: 72, ventricularShare: 0.004, atrialShare: 0.006 },
        },
        { untilS: clock(4, 3, 20), rhythm: { kind: 'af', ratePerMin: 108 } },
        {
          untilS: clock(9, 12),
          rhythm: { kind: 'sinus', ratePerMin: 70, ventricularShare: 0.003, atrialShare: 0.008 },
        },
        { untilS: clock(9, 14, 30), rhythm: { kind: 'bigeminy', ratePerMin: 72 } },
        {
          untilS: clock(13, 27, 12),
          rhythm: { kind: 'sinus', ratePerMin: 68, atrialShare: 0.012 },
        },
        { untilS: clock(13, 27, 34), rhythm: { kind: 'af', ratePerMin: 112 } },
        {
          untilS: clock(15, 50),
          rhythm: { kind: 'sinus', ratePerMin: 64, ventricularShare: 0.002, atrialShare: 0.006 },
        },
        { untilS: clock(18, 5), rhythm: { kind: 'af', ratePerMin: 92 } },
        {
          untilS: 24 * HOUR,
          rhythm: {
            kind: 'sinus',
            ratePerMin: 68,
            ventricularShare: 0.003,
            atrialShare: 0.004,
            pauses: [
              { atS: clock(18, 5, 2), forS: 3.4 },
              { atS: clock(20, 20), forS: 2.3 },
            ],
          },
        },
      ],
      disturbances: [
        { kind: 'motion', fromS: clock(1, 10), toS: clock(1, 13), level: 0.35 },
        { kind: 'emg', fromS: clock(5, 30), toS: clock(5, 41), level: 0.09 },
        { kind: 'motion', fromS: clock(7, 2), toS: clock(7, 19), level: 1.1 },
        { kind: 'emg', fromS: clock(7, 2), toS: clock(7, 19), level: 0.2 },
        { kind: 'lead-off', fromS: clock(11, 0), toS: clock(11, 20) },
        { kind: 'motion', fromS: clock(22, 31), toS: clock(22, 35), level: 0.5 },
      ],
    },
  },
  {
    name: 'demo-09-text',
    title: 'Text file, sinus rhythm with a pause',
    format: 'csv',
    start: null,
    spec: {
      seed: 'demo-09',
      samplingHz: 250,
      durationS: 40,
      leads: ['II', 'V5'],
      course: [
        {
          untilS: 40,
          rhythm: { kind: 'sinus', ratePerMin: 60, pauses: [{ atS: 22, forS: 3.1 }] },
        },
      ],
    },
  },
];
