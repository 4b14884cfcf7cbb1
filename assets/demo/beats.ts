/**
 * When the heart beats. Sinus rhythm: respiration and the 0.1 Hz pressure wave modulate the
 * interval, as in McSharry et al., IEEE Trans Biomed Eng 50:289 (2003), on a trend over minutes and
 * over the day. AF: independent intervals. Flutter: a fixed share of 300/min.
 */
import { randomOf, type Random } from './random.ts';
import type { RecordingSpec, Rhythm } from './spec.ts';

/** One beat, at the peak of its R wave (or of what stands in its place). */
export interface Beat {
  readonly timeS: number;
  /** Interval to the beat before, s. */
  readonly rrS: number;
  readonly origin: 'sinus' | 'atrial' | 'ventricular' | 'fibrillating' | 'fluttering' | 'paced';
}

/** A stretch of one rhythm; times in seconds. */
export interface RhythmInterval {
  readonly fromS: number;
  readonly toS: number;
  readonly kind: Rhythm['kind'];
}

export const FLUTTER_WAVE_S = 0.2;

/** First beats come this early, so that waves reach into the recording from before its start. */
const LEAD_IN_S = 3;

/** Depth of breathing at a time, -1 to 1; baseline and amplitudes follow it too. */
export function breathAt(timeS: number): number {
  return Math.sin(2 * Math.PI * (0.24 * timeS + 0.3 * Math.sin(2 * Math.PI * 0.011 * timeS)));
}

export function beatsOf(spec: RecordingSpec): { beats: Beat[]; rhythms: RhythmInterval[] } {
  const random = randomOf(`${spec.seed}/beats`);
  const tempo = tempoOf(spec, random);
  const beats: Beat[] = [];
  const rhythms: RhythmInterval[] = [];
  let timeS = -LEAD_IN_S;
  let fromS = 0;
  for (const [index, stretch] of spec.course.entries()) {
    const isLast = index === spec.course.length - 1;
    const toS = isLast ? spec.durationS : Math.min(spec.durationS, stretch.untilS);
    if (toS <= fromS) continue;
    rhythms.push({ fromS, toS, kind: stretch.rhythm.kind });
    const endS = isLast ? toS + LEAD_IN_S : toS;
    timeS = addBeats(stretch.rhythm, timeS, endS, beats, tempo, random);
    fromS = toS;
  }
  return { beats, rhythms };
}

/** Factor on an interval of 60 / rate: slow trends of the rate, without breathing. */
interface Tempo {
  rateAt(timeS: number, ratePerMin: number): number;
}

function tempoOf(spec: RecordingSpec, random: Random): Tempo {
  const waves = [67, 190, 610, 1730].map((periodS) => ({
    periodS: periodS * (0.8 + 0.4 * random.uniform()),
    phase: 2 * Math.PI * random.uniform(),
  }));
  const day = spec.dayAndNight;
  return {
    rateAt(timeS, ratePerMin) {
      let trend = 0;
      for (const { periodS, phase } of waves) {
        trend += 0.018 * Math.sin((2 * Math.PI * timeS) / periodS + phase);
      }
      // Highest at three in the afternoon, lowest at three at night.
      const hour = (day?.startHour ?? 0) + timeS / 3600;
      const daily = (day?.perMin ?? 0) * Math.cos((2 * Math.PI * (hour - 15)) / 24);
      return ratePerMin * (1 + trend) + daily;
    },
  };
}

/** Adds beats from the one after `timeS` up to `endS`; answers the time of the last one. */
function addBeats(
  rhythm: Rhythm,
  timeS: number,
  endS: number,
  beats: Beat[],
  tempo: Tempo,
  random: Random,
): number {
  let last = timeS;
  const add = (rrS: number, origin: Beat['origin']): void => {
    last += rrS;
    beats.push({ timeS: last, rrS, origin });
  };
  const sinusInterval = (ratePerMin: number): number => {
    const interval = 60 / tempo.rateAt(last, ratePerMin);
    const pressure = Math.sin(2 * Math.PI * 0.095 * last + 1.7 * Math.sin(last / 41));
    return interval * (1 + 0.028 * breathAt(last) + 0.014 * pressure + 0.006 * random.normal());
  };
  const premature = (interval: number): void => {
    // Half a second after the beat before; the next sinus beat comes when it would have come.
    const coupling = interval * (0.56 + 0.015 * random.normal());
    add(coupling, 'ventricular');
    add(2 * interval - coupling, 'sinus');
  };
  switch (rhythm.kind) {
    case 'sinus': {
      const pauses = (rhythm.pauses ?? []).filter((pause) => pause.atS >= last);
      while (last < endS) {
        const interval = sinusInterval(rhythm.ratePerMin);
        const pause = pauses[0];
        const chance = random.uniform();
        if (pause && last + interval >= pause.atS) {
          pauses.shift();
          add(pause.forS, 'sinus');
        } else if (chance < (rhythm.ventricularShare ?? 0)) premature(interval);
        else if (1 - chance < (rhythm.atrialShare ?? 0)) {
          // It resets the sinus node: the pause after it is hardly longer than an interval.
          add(interval * (0.64 + 0.03 * random.normal()), 'atrial');
          add(interval * 1.08, 'sinus');
        } else add(interval, 'sinus');
      }
      return last;
    }
    case 'bigeminy':
      while (last < endS) premature(sinusInterval(rhythm.ratePerMin));
      return last;
    case 'af':
      while (last < endS) {
        const mean = 60 / tempo.rateAt(last, rhythm.ratePerMin);
        const spread = 0.24;
        const interval = mean * Math.exp(spread * random.normal() - spread ** 2 / 2);
        add(Math.min(2.2, Math.max(0.29 + 0.02 * random.uniform(), interval)), 'fibrillating');
      }
      return last;
    case 'flutter': {
      // Beats keep their place in the atrial wave, which counts from the start of the recording.
      let wave = Math.ceil((last + 0.4) / FLUTTER_WAVE_S);
      while (last < endS) {
        const next = (wave + 0.65) * FLUTTER_WAVE_S + 0.002 * random.normal();
        add(next - last, 'fluttering');
        wave += rhythm.block;
      }
      return last;
    }
    case 'paced':
      while (last < endS) add(60 / rhythm.ratePerMin, 'paced');
      return last;
  }
}
