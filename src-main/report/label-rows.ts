/**
 * A recording's labels as rows, one a window or one a recording. The columns and their order are
 * the command line's promise to other people's scripts; a value that is not known is null, never 0.
 */
import type { Reading, RecordingHeader, RhythmClass, WindowVerdicts } from '../contract/domain.ts';
import type { ModelCard } from '../contract/model-card.ts';
import type { Failure } from '../contract/errors.ts';
import {
  predictionSet,
  probabilitiesAt,
  unlikeCount,
  verdictOf,
  type ClassProbabilities,
} from '../contract/verdict.ts';
import { afSummary, lengthS } from '../rhythm/episodes.ts';
import { combineLeads, recordingVerdict } from '../rhythm/recording-verdict.ts';
import type { Rule } from '../rhythm/timeline.ts';

export const WINDOW_COLUMNS = [
  'recording',
  'path',
  'lead',
  'start_s',
  'end_s',
  'label',
  'p_normal',
  'p_af',
  'p_other',
  'p_noise',
  'p_ectopy',
  'uncertain',
  'model',
] as const;

export const RECORDING_COLUMNS = [
  'recording',
  'path',
  'format',
  'leads',
  'sampling_hz',
  'duration_s',
  'analysed_s',
  'analysable_s',
  'label',
  'p_normal',
  'p_af',
  'p_other',
  'p_noise',
  'p_ectopy',
  'uncertain',
  'af_s',
  'af_burden_pct',
  'af_episodes',
  'longest_af_s',
  'hr_min_bpm',
  'hr_mean_bpm',
  'hr_max_bpm',
  'status',
  'error',
  'model',
] as const;

export type LabelValue = string | number | boolean | null;
export type WindowRow = Readonly<Record<(typeof WINDOW_COLUMNS)[number], LabelValue>>;
export type RecordingRow = Readonly<Record<(typeof RECORDING_COLUMNS)[number], LabelValue>>;

/**
 * What JSON says besides, where the model tells it. Tables have the promised columns and no more.
 */
export interface WindowMore {
  /** Classes that the window lies between under the reading, most probable first. */
  readonly prediction_set?: readonly RhythmClass[] | null;
  /** `WindowVerdicts.unlike` and whether it is above the model's threshold. */
  readonly unlike_distance?: number | null;
  readonly unlike?: boolean | null;
}

export interface RecordingMore {
  /** Windows of all leads read that have enough signal, and how many are unlike the training data. */
  readonly windows_compared?: number;
  readonly unlike_windows?: number;
  readonly unlike_pct?: number;
}

/** What all rows of one export have in common. */
export interface Labelling {
  readonly reading: Reading;
  /** Null when there was no usable model; then every recording has failed. */
  readonly model: ModelCard | null;
}

export interface ClassifiedRecording {
  readonly status: 'classified';
  /** The file's base name without extension. */
  readonly name: string;
  /** As the person named it; never made absolute. */
  readonly path: string;
  readonly header: RecordingHeader;
  /** One for each lead that was read. */
  readonly verdicts: readonly WindowVerdicts[];
}

export interface FailedRecording {
  readonly status: 'failed';
  readonly name: string;
  readonly path: string;
  readonly failure: Failure;
}

export type LabelledRecording = ClassifiedRecording | FailedRecording;

/** Stands between lead names in one field; no lead name has it. */
const LEAD_SEPARATOR = '|';

/** One row a window and lead, lead by lead, in time order. A failed recording has none. */
export function* windowRows(
  recording: LabelledRecording,
  labelling: Labelling,
): Generator<WindowRow> {
  if (recording.status === 'failed') return;
  for (const verdicts of recording.verdicts) {
    const lead = recording.header.leads[verdicts.leadIndex]?.name ?? '';
    for (let index = 0; index < verdicts.startS.length; index++) {
      const p = probabilitiesAt(verdicts.probabilities, index);
      yield {
        recording: recording.name,
        path: recording.path,
        lead,
        start_s: rounded(verdicts.startS[index] ?? 0, 3),
        end_s: rounded(verdicts.endS[index] ?? 0, 3),
        ...labelColumns(p, p && verdictOf(p, ...ruleArguments(labelling)), labelling),
        model: modelName(labelling),
      };
    }
  }
}

/** What goes with `windowRows`, row by row. */
export function* windowsMore(
  recording: LabelledRecording,
  { reading, model }: Labelling,
): Generator<WindowMore> {
  if (recording.status === 'failed' || model === null) return;
  const { predictionSets: sets, unlikeThreshold } = model;
  for (const verdicts of recording.verdicts) {
    for (let index = 0; index < verdicts.startS.length; index++) {
      const p = probabilitiesAt(verdicts.probabilities, index);
      const distance = verdicts.unlike[index] ?? NaN;
      yield {
        ...(sets && { prediction_set: p && predictionSet(p, reading, sets) }),
        ...(unlikeThreshold !== undefined && {
          unlike_distance: rounded(distance, 4),
          unlike: Number.isNaN(distance) ? null : distance > unlikeThreshold,
        }),
      };
    }
  }
}

/** What goes with `recordingRow`; nothing where no window was compared. */
export function recordingMore(recording: LabelledRecording, { model }: Labelling): RecordingMore {
  if (recording.status === 'failed') return {};
  let [unlike, of] = [0, 0];
  for (const verdicts of recording.verdicts) {
    const counted = unlikeCount(verdicts.unlike, model?.unlikeThreshold);
    unlike += counted?.unlike ?? 0;
    of += counted?.of ?? 0;
  }
  if (of === 0) return {};
  return {
    windows_compared: of,
    unlike_windows: unlike,
    unlike_pct: Number(((100 * unlike) / of).toFixed(2)),
  };
}

/** Several leads are read as one: see `combineLeads`. */
export function recordingRow(recording: LabelledRecording, labelling: Labelling): RecordingRow {
  const common = { recording: recording.name, path: recording.path };
  const status = { status: recording.status, model: modelName(labelling) };
  if (recording.status === 'failed') {
    return { ...NO_VALUES, ...common, ...status, error: oneLine(recording.failure.message) };
  }
  const { header } = recording;
  const [first, ...others] = recording.verdicts;
  const described = {
    ...NO_VALUES,
    ...common,
    ...status,
    format: header.format,
    leads: header.leads.map((lead) => lead.name).join(LEAD_SEPARATOR),
    sampling_hz: rounded(header.leads[first?.leadIndex ?? 0]?.samplingHz ?? NaN, 6),
    duration_s: rounded(header.durationS, 3),
  };
  if (first === undefined) return described;
  const rule = ruleOf(labelling);
  const combined = combineLeads([first, ...others], rule);
  const verdict = recordingVerdict(combined, rule);
  const af = afSummary(combined, rule);
  return {
    ...described,
    analysed_s: rounded(af.analysedS, 3),
    analysable_s: rounded(af.analysableS, 3),
    ...labelColumns(verdict && verdict.probabilities, verdict, labelling),
    // Where nothing could be analysed, AF was not assessed.
    ...(af.burden === null
      ? {}
      : {
          af_s: rounded(af.afS, 3),
          af_burden_pct: rounded(100 * af.burden, 2),
          af_episodes: af.episodes.length,
          longest_af_s: af.longest === null ? 0 : rounded(lengthS(af.longest), 3),
        }),
  };
}

const NO_VALUES = Object.fromEntries(RECORDING_COLUMNS.map((column) => [column, null])) as Record<
  (typeof RECORDING_COLUMNS)[number],
  null
>;

type LabelColumns = Pick<
  WindowRow,
  'label' | 'p_normal' | 'p_af' | 'p_other' | 'p_noise' | 'p_ectopy' | 'uncertain'
>;

/** Probabilities do not depend on the reading: `p_other` always includes `p_ectopy`; labels do. */
function labelColumns(
  p: ClassProbabilities | null,
  verdict: { readonly label: RhythmClass; readonly uncertain: boolean } | null,
  { model }: Labelling,
): LabelColumns {
  return {
    label: verdict?.label ?? null,
    p_normal: p && rounded(p.normal, 4),
    p_af: p && rounded(p.af, 4),
    p_other: p && rounded(p.other, 4),
    p_noise: p && rounded(p.noise, 4),
    p_ectopy: p && model?.tellsEctopy === true ? rounded(p.ectopy, 4) : null,
    uncertain: verdict?.uncertain ?? null,
  };
}

export function ruleOf({ reading, model }: Labelling): Rule {
  return {
    reading,
    threshold: model?.threshold ?? 0,
    recordingHead: model?.recordingHead,
  };
}

function ruleArguments(labelling: Labelling): [Reading, number] {
  const { reading, threshold } = ruleOf(labelling);
  return [reading, threshold];
}

/** Name and version; the SHA-256 is in the export's description. */
function modelName({ model }: Labelling): string | null {
  return model && `${model.name} ${model.version}`;
}

/** To so many decimals at most; null for what is no number, so that no NaN reaches a file. */
function rounded(value: number, decimals: number): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(decimals)) : null;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
