/**
 * A window's training label from WFDB annotations: rhythm changes (`+` with aux `(N`, `(AFIB` ...),
 * beats, and signal quality (`~`). Meanings as in the MIT-BIH Arrhythmia Database directory.
 */
import type { Annotation } from '../../formats/reader.ts';
import {
  CINC_NORMAL_RATE_BPM,
  labelled,
  unlabelled,
  type Labelled,
  type TrainingLabel,
} from './training-label.ts';

/** Premature beats: atrial (A, a), nodal (J), supraventricular (S), ventricular (V, E), fusion (F). */
const ECTOPIC = new Set(['A', 'a', 'J', 'S', 'V', 'E', 'F']);

/** Beats of a sinus rhythm: normal, bundle branch block, escape. */
const CONDUCTED = new Set(['N', 'L', 'R', 'B', 'e', 'j', 'n', '.']);

/** Paced beats and flutter waves. */
const NOT_SINUS = new Set(['/', 'f', '[', '!', ']']);

/** A rhythm has to fill this part of a window to name it. */
const PURE = 0.9;

/** What a rhythm lasting from `from` to `to`, seconds, is in the model's terms. */
interface RhythmSpan {
  readonly from: number;
  readonly to: number;
  readonly rhythm: 'sinus' | 'af' | 'other' | 'unstated';
}

/** Unreadable or noisy stretches of one lead. */
interface QualitySpan {
  readonly from: number;
  readonly to: number;
  readonly quality: 'unreadable' | 'noisy';
}

interface Beat {
  readonly atS: number;
  readonly symbol: string;
}

/** Annotations of one lead in the order of time, ready to be asked about any window. */
export interface AnnotatedCourse {
  readonly rhythms: readonly RhythmSpan[];
  readonly qualities: readonly QualitySpan[];
  readonly beats: readonly Beat[];
}

/**
 * `unstated` is the rhythm where no annotation names one: `sinus` for a database that marks only
 * AF (CPSC 2021: everything outside its AF marks).
 */
export function courseOfAnnotations(
  annotations: readonly Annotation[],
  samplingHz: number,
  durationS: number,
  leadIndex: number,
  unstated: 'sinus' | 'unstated',
): AnnotatedCourse {
  const rhythms: RhythmSpan[] = [];
  const qualities: QualitySpan[] = [];
  const beats: Beat[] = [];
  let rhythm: RhythmSpan['rhythm'] = unstated;
  let rhythmFrom = 0;
  let quality: QualitySpan['quality'] | 'good' = 'good';
  let qualityFrom = 0;
  for (const annotation of annotations) {
    const atS = annotation.sample / samplingHz;
    if (annotation.symbol === '+' && annotation.aux.startsWith('(')) {
      rhythms.push({ from: rhythmFrom, to: atS, rhythm });
      rhythm = rhythmOf(annotation.aux);
      rhythmFrom = atS;
    } else if (annotation.symbol === '~') {
      if (quality !== 'good') qualities.push({ from: qualityFrom, to: atS, quality });
      quality = qualityOf(annotation.subtype, leadIndex);
      qualityFrom = atS;
    } else if (isBeat(annotation.symbol)) beats.push({ atS, symbol: annotation.symbol });
  }
  rhythms.push({ from: rhythmFrom, to: durationS, rhythm });
  if (quality !== 'good') qualities.push({ from: qualityFrom, to: durationS, quality });
  return { rhythms, qualities, beats };
}

/** The label of the stretch [fromS, toS). */
export function labelOfWindow(course: AnnotatedCourse, fromS: number, toS: number): Labelled {
  const lengthS = toS - fromS;
  if (share(course.qualities, fromS, toS, (span) => span.quality === 'unreadable') > 0.5) {
    return labelled('noise');
  }
  if (share(course.qualities, fromS, toS, () => true) > 0.5) return unlabelled('noisy lead');
  for (const rhythm of ['af', 'other', 'sinus'] as const) {
    if (share(course.rhythms, fromS, toS, (span) => span.rhythm === rhythm) < PURE) continue;
    if (rhythm !== 'sinus') return labelled(rhythm);
    const beats = course.beats.filter((beat) => beat.atS >= fromS && beat.atS < toS);
    return labelOfSinus(beats, lengthS);
  }
  return unlabelled('rhythm changes or is not stated');
}

/**
 * Sinus rhythm by its beats: isolated premature beats (and pairs) make it `ectopy`; a run of three,
 * bigeminy and trigeminy, paced beats make it `other`. A rate outside CinC's bounds is not learned
 * from, because annotators of rhythm and CinC 2017 call it differently.
 */
function labelOfSinus(beats: readonly Beat[], lengthS: number): Labelled {
  if (beats.length < 3) return unlabelled('too few beats');
  const symbols = beats.map((beat) => beat.symbol);
  if (symbols.some((symbol) => NOT_SINUS.has(symbol))) return labelled('other');
  if (symbols.some((symbol) => !ECTOPIC.has(symbol) && !CONDUCTED.has(symbol))) {
    return unlabelled('unclassified beat');
  }
  const ectopic = symbols.map((symbol) => ECTOPIC.has(symbol));
  if (repeats(ectopic, 1, 3) || repeats(ectopic, 2, 3) || repeats(ectopic, 3, 3)) {
    return labelled('other');
  }
  const rate = ((beats.length - 1) * 60) / spanOf(beats, lengthS);
  if (rate > CINC_NORMAL_RATE_BPM.highest || rate < CINC_NORMAL_RATE_BPM.lowest) {
    return unlabelled('sinus rate that CinC 2017 counts as Other');
  }
  const label: TrainingLabel = ectopic.includes(true) ? 'ectopy' : 'normal';
  return labelled(label);
}

/** True where `times` ectopic beats follow each other at every `period`-th beat, and only there. */
function repeats(ectopic: readonly boolean[], period: number, times: number): boolean {
  const length = (times - 1) * period + 1;
  for (let start = 0; start + length <= ectopic.length; start++) {
    const stretch = ectopic.slice(start, start + length);
    if (stretch.every((value, index) => value === (index % period === 0))) return true;
  }
  return false;
}

function spanOf(beats: readonly Beat[], otherwise: number): number {
  const first = beats[0];
  const last = beats.at(-1);
  return first && last && last.atS > first.atS ? last.atS - first.atS : otherwise;
}

function share<S extends { readonly from: number; readonly to: number }>(
  spans: readonly S[],
  fromS: number,
  toS: number,
  counts: (span: S) => boolean,
): number {
  let covered = 0;
  for (const span of spans) {
    if (!counts(span)) continue;
    covered += Math.max(0, Math.min(toS, span.to) - Math.max(fromS, span.from));
  }
  return covered / (toS - fromS);
}

/** `(N`, `(SBR` are sinus; `(AFIB` is AF; every other word of the directory is another rhythm. */
function rhythmOf(aux: string): RhythmSpan['rhythm'] {
  const word = aux.replace(/\0/g, '').trim();
  if (word === '(N' || word === '(SBR') return 'sinus';
  return word === '(AFIB' ? 'af' : 'other';
}

/**
 * Subtype of `~`: -1 is unreadable in every lead; else bit k says that lead k is noisy, bit 4 + k
 * that it is unreadable.
 */
function qualityOf(subtype: number, leadIndex: number): QualitySpan['quality'] | 'good' {
  if (subtype === -1 || (subtype & (16 << leadIndex)) !== 0) return 'unreadable';
  return (subtype & (1 << leadIndex)) !== 0 ? 'noisy' : 'good';
}

function isBeat(symbol: string): boolean {
  return (
    ECTOPIC.has(symbol) || CONDUCTED.has(symbol) || NOT_SINUS.has(symbol) || 'Q?xr'.includes(symbol)
  );
}
