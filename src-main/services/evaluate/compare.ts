/** One recording's verdicts beside its reference labels. */
import type { WindowVerdicts } from '../../contract/domain.ts';
import { probabilitiesAt } from '../../contract/verdict.ts';
import { RHYTHM_CLASSES } from '../../contract/domain.ts';
import type { EvaluatedRecording, WindowTally } from '../../report/evaluation/evaluation.ts';
import {
  judge,
  type Observation,
  type ReferenceLabel,
} from '../../report/evaluation/observation.ts';
import type { AnalysisResult } from '../../rhythm/job.ts';
import { combineLeads, recordingVerdict } from '../../rhythm/recording-verdict.ts';
import type { Rule } from '../../rhythm/timeline.ts';
import type { RecordingToEvaluate } from './evaluated-set.ts';
import type { WindowReference } from './window-reference.ts';

export interface ComparedRecording {
  readonly recording: string;
  readonly subject: string;
  /** Of the whole recording; null where labels are by window, or there is none to compare. */
  readonly reference: ReferenceLabel | null;
  readonly verdicts: readonly WindowVerdicts[];
  /** Windows of all leads read that have a reference label. */
  readonly windows: readonly Observation[];
  /** Why a window has none, one entry for each. */
  readonly notCompared: readonly string[];
  /** The recording as one observation; none where its label does not hold for the whole. */
  whole(rule: Rule): Observation[];
}

export function comparedWindows(
  source: Pick<RecordingToEvaluate, 'recording' | 'subject' | 'label'>,
  { verdicts }: AnalysisResult,
  referenceAt: WindowReference,
): ComparedRecording {
  const { recording, subject } = source;
  const windows: Observation[] = [];
  const notCompared: string[] = [];
  for (const lead of verdicts) {
    for (let index = 0; index < lead.startS.length; index++) {
      const [fromS = 0, toS = 0] = [lead.startS[index], lead.endS[index]];
      const { label, note } = referenceAt(lead.leadIndex, fromS, toS);
      if (label === '') notCompared.push(note);
      else {
        const probabilities = probabilitiesAt(lead.probabilities, index);
        const unlike = lead.unlike[index] ?? NaN;
        windows.push({ recording, subject, reference: label, probabilities, unlike });
      }
    }
  }
  const reference = source.label === null || source.label.label === '' ? null : source.label.label;
  return {
    recording,
    subject,
    reference,
    verdicts,
    windows,
    notCompared,
    whole(rule) {
      if (reference === null) return [];
      const probabilities = wholeVerdict(verdicts, rule)?.probabilities ?? null;
      return [{ recording, subject, reference, probabilities }];
    },
  };
}

export function evaluatedRecording(compared: ComparedRecording, rule: Rule): EvaluatedRecording {
  const verdict = wholeVerdict(compared.verdicts, rule);
  return {
    reading: rule.reading,
    recording: compared.recording,
    subject: compared.subject,
    reference: compared.reference,
    label: verdict?.label ?? null,
    confidence: verdict?.confidence ?? null,
    uncertain: verdict?.uncertain ?? null,
    windows: tallyOf(compared.windows, rule),
  };
}

function wholeVerdict(verdicts: readonly WindowVerdicts[], rule: Rule) {
  const [first, ...others] = verdicts;
  return first === undefined
    ? null
    : recordingVerdict(combineLeads([first, ...others], rule), rule);
}

const AF = RHYTHM_CLASSES.indexOf('af');

function tallyOf(windows: readonly Observation[], { reading, threshold }: Rule): WindowTally {
  const judged = windows.flatMap((window) => judge(window, reading, threshold) ?? []);
  const count = (counts: (one: (typeof judged)[number]) => boolean) => judged.filter(counts).length;
  return {
    compared: windows.length,
    notAnalysable: windows.length - judged.length,
    uncertain: count(({ uncertain }) => uncertain),
    right: count(({ reference, called }) => reference === called),
    afRight: count(({ reference, called }) => reference === AF && called === AF),
    afMissed: count(({ reference, called }) => reference === AF && called !== AF),
    afWrong: count(({ reference, called }) => reference !== AF && called === AF),
    notAfRight: count(({ reference, called }) => reference !== AF && called !== AF),
  };
}
