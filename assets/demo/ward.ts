/**
 * A ward of synthetic people, a minute of one lead each: recordings enough for what is shown on
 * readers' verdicts (models/training/README.md). Names tell the rhythm.
 */
import type { DemoRecording } from './recordings.ts';
import { randomOf } from './random.ts';
import type { Disturbance, Rhythm } from './spec.ts';

const PEOPLE = 48;
const DURATION_S = 60;

const KINDS = [
  'normal',
  'af',
  'normal',
  'ectopy',
  'flutter',
  'normal',
  'bigeminy',
  'noise',
] as const;
type Kind = (typeof KINDS)[number];

export const WARD_RECORDINGS: readonly DemoRecording[] = Array.from({ length: PEOPLE }, (_, at) => {
  const kind = KINDS[at % KINDS.length] ?? 'normal';
  const number = String(at + 1).padStart(2, '0');
  const chance = randomOf(`ward-${number}`);
  return {
    name: `ward-${number}-${kind}`,
    title: `Person ${number}: ${kind}`,
    format: 'wfdb-16',
    start: null,
    spec: {
      seed: `ward-${number}`,
      samplingHz: 250,
      durationS: DURATION_S,
      leads: ['II'],
      axisDegrees: Math.round(20 + 60 * chance.uniform()),
      course: [{ untilS: DURATION_S, rhythm: rhythmOf(kind, chance.uniform()) }],
      disturbances: disturbancesOf(kind, chance.uniform()),
    },
  };
});

/** `place` in [0, 1) is where in the range of the kind this person lies. */
function rhythmOf(kind: Kind, place: number): Rhythm {
  switch (kind) {
    case 'af':
      return { kind: 'af', ratePerMin: Math.round(70 + 60 * place) };
    case 'flutter':
      return { kind: 'flutter', block: place < 0.5 ? 3 : 4 };
    case 'bigeminy':
      return { kind: 'bigeminy', ratePerMin: Math.round(60 + 30 * place) };
    case 'ectopy':
      return {
        kind: 'sinus',
        ratePerMin: Math.round(56 + 30 * place),
        ventricularShare: 0.06,
        atrialShare: 0.05,
      };
    case 'normal':
    case 'noise':
      return { kind: 'sinus', ratePerMin: Math.round(54 + 40 * place) };
  }
}

function disturbancesOf(kind: Kind, place: number): Disturbance[] {
  const whole = { fromS: 0, toS: DURATION_S };
  if (kind === 'noise') return [{ kind: 'motion', ...whole, level: 1.5 + place }];
  return [{ kind: 'emg', ...whole, level: 0.01 + 0.03 * place }];
}
