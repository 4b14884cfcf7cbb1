/** One verdict for a whole recording, from the verdicts on its windows. */
import { MODEL_OUTPUTS } from '../contract/domain.ts';
import type { WindowVerdicts } from '../contract/domain.ts';
import {
  probabilitiesAt,
  verdictOf,
  type ClassProbabilities,
  type Verdict,
} from '../contract/verdict.ts';
import { windowsTogether, type RecordingHead } from '../contract/model-card.ts';
import { evidenceRead, partsOf, readTogether, type ReadWindow } from './recording-head.ts';
import type { Rule } from './timeline.ts';

export interface JudgedRecording extends Verdict {
  readonly probabilities: ClassProbabilities;
}

/**
 * What the windows with enough signal say together, six at a time (`recording-head.ts`), then the
 * mean of these parts by their number of windows; without a head, the mean of the windows. What is
 * noise counts only where nothing else is left, so that an unreadable recording is called noise.
 * Windows are read each by itself where the model judges them in context: that is what the head was
 * fitted on, and what shows in one window only is weaker in context. One window alone, which has no
 * neighbours, is its own verdict: the same ten seconds never have two. A head whose evidence the
 * verdicts lack is not used. Null when no window has enough signal.
 */
export function recordingVerdict(verdicts: WindowVerdicts, rule: Rule): JudgedRecording | null {
  const width = evidenceWidth(verdicts);
  const head = usableHead(verdicts, rule);
  const windows: ReadWindow[] = [];
  for (let index = 0; index < verdicts.startS.length; index++) {
    const p = probabilitiesAt(verdicts.alone ?? verdicts.probabilities, index);
    if (p !== null) windows.push({ p, evidence: evidenceAt(verdicts, index, width) });
  }
  const readable = new Mean();
  const noisy = new Mean();
  for (const part of partsOf(windows, head?.together ?? 1)) {
    const [first, ...others] = part;
    if (first === undefined) continue;
    const p = head && others.length > 0 ? readTogether(part, head) : first.p;
    // Under one reading always: probabilities do not depend on the reading.
    const isNoise = verdictOf(p, 'cinc', rule.threshold).label === 'noise';
    (isNoise ? noisy : readable).add(p, part.length);
  }
  const probabilities = readable.value ?? noisy.value;
  if (probabilities === null) return null;
  return { probabilities, ...verdictOf(probabilities, rule.reading, rule.threshold) };
}

/**
 * The same where one reading of all windows gives it, which is what the head was fitted and measured
 * on; null for a longer recording, of which `recordingVerdict` is an average over parts. See
 * docs/decisions/007-one-verdict-a-recording.md.
 */
export function verdictAtOnce(verdicts: WindowVerdicts, rule: Rule): JudgedRecording | null {
  const together = windowsTogether(usableHead(verdicts, rule));
  return verdicts.startS.length > together ? null : recordingVerdict(verdicts, rule);
}

/** None where the evidence that it reads was not kept. */
function usableHead(verdicts: WindowVerdicts, { recordingHead }: Rule): RecordingHead | undefined {
  const isReadable = recordingHead && evidenceRead(recordingHead) === evidenceWidth(verdicts);
  return isReadable ? recordingHead : undefined;
}

/**
 * Several leads of one recording read as one: in each window the mean over the leads that can be
 * read there, over the noisy ones where none can. Leads share the window grid because it is laid
 * out in seconds; where one lead is shorter, its missing windows do not count. The result carries
 * the first lead's index. A window is as unlike the training data as the lead that is least so: that
 * one the model knows. What is said of it by itself and its evidence are means over the same leads as
 * its probabilities: what can be read is decided once.
 */
export function combineLeads(
  leads: readonly [WindowVerdicts, ...WindowVerdicts[]],
  rule: Rule,
): WindowVerdicts {
  const [first, ...others] = leads;
  if (others.length === 0) return first;
  const longest = leads.reduce((a, b) => (b.startS.length > a.startS.length ? b : a));
  const probabilities = new Float32Array(longest.startS.length * MODEL_OUTPUTS.length).fill(NaN);
  const unlike = new Float32Array(longest.startS.length).fill(NaN);
  const width = Math.min(...leads.map(evidenceWidth));
  const evidence = new Float32Array(longest.startS.length * width).fill(NaN);
  const alone = leads.every((lead) => lead.alone) ? probabilities.slice() : null;
  for (let index = 0; index < longest.startS.length; index++) {
    const readable = new Mean();
    const noisy = new Mean();
    const counting = { readable: [] as WindowVerdicts[], noisy: [] as WindowVerdicts[] };
    for (const lead of leads) {
      const p = probabilitiesAt(lead.probabilities, index);
      if (p === null) continue;
      const isNoise = verdictOf(p, rule.reading, rule.threshold).label === 'noise';
      (isNoise ? noisy : readable).add(p);
      counting[isNoise ? 'noisy' : 'readable'].push(lead);
      const [distance = NaN, least = NaN] = [lead.unlike[index], unlike[index]];
      if (distance < least || Number.isNaN(least)) unlike[index] = distance;
    }
    const p = readable.value ?? noisy.value;
    if (p === null) continue;
    probabilities.set(rowOf(p), index * MODEL_OUTPUTS.length);
    const counted = readable.value ? counting.readable : counting.noisy;
    alone?.set(rowOf(aloneOf(counted, index) ?? p), index * MODEL_OUTPUTS.length);
    const contributions = counted.map((lead) => evidenceAt(lead, index, width));
    for (let at = 0; at < width; at++) {
      const sum = contributions.reduce((total, one) => total + (one[at] ?? NaN), 0);
      evidence[index * width + at] = sum / contributions.length;
    }
  }
  return {
    leadIndex: first.leadIndex,
    startS: longest.startS,
    endS: longest.endS,
    probabilities,
    unlike,
    ...(alone && { alone }),
    ...(width > 0 && { evidence }),
  };
}

function rowOf(p: ClassProbabilities): number[] {
  return [p.normal, p.af, p.ectopy, p.other - p.ectopy, p.noise];
}

/** Mean over leads of what they say of one window by itself; null where none says anything. */
function aloneOf(leads: readonly WindowVerdicts[], window: number): ClassProbabilities | null {
  const mean = new Mean();
  for (const { alone } of leads) {
    const p = alone ? probabilitiesAt(alone, window) : null;
    if (p !== null) mean.add(p);
  }
  return mean.value;
}

function evidenceWidth({ evidence, startS }: WindowVerdicts): number {
  return evidence && startS.length > 0 ? evidence.length / startS.length : 0;
}

function evidenceAt({ evidence }: WindowVerdicts, window: number, width: number): Float32Array {
  return evidence?.subarray(window * width, (window + 1) * width) ?? new Float32Array(0);
}

/** Running mean of class probabilities, of windows or of parts of several windows. */
class Mean {
  #count = 0;
  #normal = 0;
  #af = 0;
  #other = 0;
  #noise = 0;
  #ectopy = 0;

  add(p: ClassProbabilities, times = 1): void {
    this.#count += times;
    this.#normal += times * p.normal;
    this.#af += times * p.af;
    this.#other += times * p.other;
    this.#noise += times * p.noise;
    this.#ectopy += times * p.ectopy;
  }

  get value(): ClassProbabilities | null {
    if (this.#count === 0) return null;
    return {
      normal: this.#normal / this.#count,
      af: this.#af / this.#count,
      other: this.#other / this.#count,
      noise: this.#noise / this.#count,
      ectopy: this.#ectopy / this.#count,
    };
  }
}
