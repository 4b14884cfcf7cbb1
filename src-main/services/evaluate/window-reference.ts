/** The reference label of any window of a recording, from the annotations that come with it. */
import type { AnnotationSet, RecordingReader } from '../../formats/reader.ts';
import { labelOfWindow, type AnnotatedCourse } from '../dataset/annotated-window.ts';
import { recordedCourse } from '../dataset/recorded-course.ts';
import { labelled, unlabelled, type Labelled } from '../dataset/training-label.ts';

/** Label of the stretch from `fromS` to `toS`, seconds, of one lead. */
export type WindowReference = (leadIndex: number, fromS: number, toS: number) => Labelled;

/** What CACHET-CADB's annotations are called by the readers of its two layouts. */
const CACHET_ANNOTATORS: ReadonlySet<string> = new Set(['CACHET-CADB', 'annotation.csv']);

/** A class has to fill this part of a window, as for WFDB's rhythms. */
const PURE = 0.9;

/** For some leads of a recording. Errors as `RecordingReader.annotations`. */
export async function windowReference(
  reader: Pick<RecordingReader, 'header' | 'annotations'>,
  leadIndices: readonly number[],
): Promise<WindowReference> {
  const stated = (await reader.annotations()).find(({ annotator }) =>
    CACHET_ANNOTATORS.has(annotator),
  );
  if (stated) {
    const stretches = stretchesOf(stated);
    return (_, fromS, toS) => labelOfStretches(stretches, fromS, toS);
  }
  const courses = new Map(
    await Promise.all(
      leadIndices.map(async (index) => [index, await recordedCourse(reader, index)] as const),
    ),
  );
  return (leadIndex, fromS, toS) => {
    const course = courses.get(leadIndex);
    if (!course) return unlabelled('no annotations');
    // MIT-BIH AF's .atr holds rhythms and no beats: ectopy cannot be told, the rhythm can.
    return course.beats.length > 0
      ? labelOfWindow(course, fromS, toS)
      : labelOfStretches(stretchesOfCourse(course), fromS, toS);
  };
}

interface Stretch {
  readonly fromS: number;
  readonly toS: number;
  readonly label: 'normal' | 'af' | 'other' | 'noise' | 'unknown';
  /** What the annotations call it. */
  readonly named: string;
}

/** CACHET-CADB states where each class begins and ends; between its annotations nothing is known. */
function stretchesOf({ annotations, samplingHz }: AnnotationSet): Stretch[] {
  return annotations.map(({ sample, symbol, aux, durationS = 0 }) => {
    const fromS = sample / samplingHz;
    const label = labelOfAnnotation(symbol, aux);
    return { fromS, toS: fromS + durationS, label, named: aux };
  });
}

function stretchesOfCourse({ rhythms, qualities }: AnnotatedCourse): Stretch[] {
  const stated = rhythms.flatMap(({ from, to, rhythm }): Stretch[] => {
    if (rhythm === 'unstated') return [];
    return [{ fromS: from, toS: to, label: rhythm === 'sinus' ? 'normal' : rhythm, named: rhythm }];
  });
  const unreadable = qualities.flatMap(({ from, to, quality }): Stretch[] =>
    quality === 'unreadable' ? [{ fromS: from, toS: to, label: 'noise', named: quality }] : [],
  );
  return [...unreadable, ...stated];
}

function labelOfAnnotation(symbol: string, aux: string): Stretch['label'] {
  if (symbol === '"') return 'unknown';
  if (symbol === '~') return 'noise';
  if (aux === '(AFIB') return 'af';
  return aux === '(N' ? 'normal' : 'other';
}

function labelOfStretches(stretches: readonly Stretch[], fromS: number, toS: number): Labelled {
  const inside = stretches.filter((one) => one.fromS < toS && one.toS > fromS);
  const share = (label: Stretch['label']) => {
    const own = inside.filter((one) => one.label === label);
    return coveredS(own, fromS, toS) / (toS - fromS);
  };
  for (const label of ['noise', 'af', 'other', 'normal'] as const) {
    if (share(label) < PURE) continue;
    // Neither CACHET-CADB nor a course without beats tells ectopic beats in sinus rhythm.
    return labelled(label === 'normal' ? 'normal-or-ectopy' : label);
  }
  const unknown = inside.find(({ label }) => label === 'unknown');
  return unknown !== undefined && share('unknown') > 1 - PURE
    ? unlabelled(`class “${unknown.named}” is not known here`)
    : unlabelled('class changes or is not stated');
}

/** Overlapping annotations count once: a share is of time, not of annotations. */
function coveredS(stretches: readonly Stretch[], fromS: number, toS: number): number {
  let [covered, reached] = [0, fromS];
  for (const stretch of stretches) {
    const end = Math.min(toS, stretch.toS);
    covered += Math.max(0, end - Math.max(reached, stretch.fromS));
    reached = Math.max(reached, end);
  }
  return covered;
}
