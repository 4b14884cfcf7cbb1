/**
 * One recording's way through the analyst: what is asked for, who hears of windows as they are
 * found, and where the outcome is kept. Which recording is next, and what an outcome means for the
 * rest of the list, is the analysis's.
 */
import type { RecordingId } from '../contract/domain.ts';
import type { ModelCard } from '../contract/model-card.ts';
import { failureOf, RhythmarkError, type Failure } from '../contract/errors.ts';
import type { Announce } from '../contract/events.ts';
import type { Library } from '../review/library.ts';
import type { AnalysisResult, Analyst, Findings } from '../rhythm/job.ts';
import type { AnalysisResults } from './analysis-results.ts';
import type { Envelopes } from './envelopes.ts';
import type { JobTally } from './job-tally.ts';
import { shownVerdicts } from './shown-verdicts.ts';
import type { Work } from './work-in-hand.ts';

/** Recordings whose verdicts are sent window by window: as many as people have on screens. */
const MOST_LOOKED_AT = 4;

export interface PassOptions {
  readonly library: Library;
  readonly analyst: Analyst;
  readonly announce: Announce;
  readonly model: () => ModelCard | null;
  /** Pyramids of long recordings are built in the same pass. */
  readonly envelopes: Pick<Envelopes, 'pathForPass' | 'adopt'>;
}

export type Outcome = { readonly result: AnalysisResult } | { readonly failure: Failure };

export class RecordingPass {
  readonly #options: PassOptions;
  readonly #tally: JobTally;
  readonly #results: AnalysisResults;
  /** Latest first. */
  #lookedAt: RecordingId[] = [];

  constructor(options: PassOptions, tally: JobTally, results: AnalysisResults) {
    this.#options = options;
    this.#tally = tally;
    this.#results = results;
  }

  /** A person has it on a screen: its windows are told as they are found. */
  lookAt(id: RecordingId): void {
    const others = this.#lookedAt.filter((other) => other !== id);
    this.#lookedAt = [id, ...others].slice(0, MOST_LOOKED_AT);
  }

  /** Never rejects. `progressed` is called a few times a second. */
  async take(work: Work, progressed: () => void): Promise<Outcome> {
    try {
      return { result: await this.#run(work, progressed) };
    } catch (error) {
      return { failure: failureOf(error) };
    }
  }

  /** Stores it with others, soon. */
  keep(work: Work, result: AnalysisResult): void {
    const { id } = work.recording;
    const model = this.#options.analyst.state.model ?? this.#options.model();
    if (!model) throw new RhythmarkError('internal', 'Verdicts came without a model.');
    const [verdicts] = result.verdicts;
    const windows = verdicts?.startS.length ?? 0;
    this.#count(work, Math.max(0, windows - work.counted));
    this.#tally.recordingOf(windows);
    this.#results.add(id, result, model);
    // A short recording has no findings on the way: who looks at it hears of them now.
    if (verdicts && work.found.count < windows && this.#lookedAt.includes(id)) {
      this.#options.announce('windows-found', { id, first: 0, ...shownVerdicts(verdicts) });
    }
  }

  keepFailure(id: RecordingId, { code, message, detail }: Failure): void {
    const { recordings } = this.#options.library;
    const reason = { code, message, ...(detail === undefined ? {} : { detail }) };
    if (code === 'needs-choice') recordings.setNeedsChoice(id, reason);
    else recordings.setFailed(id, reason);
  }

  async #run(work: Work, progressed: () => void): Promise<AnalysisResult> {
    const { id } = work.recording;
    const { analyst, envelopes, library } = this.#options;
    const recording = library.recordings.get(id);
    if (!recording) throw new RhythmarkError('cancelled', 'Cancelled.');
    const { path, part, textChoice, unit } = recording;
    const envelopePath = envelopes.pathForPass(recording);
    const result = await analyst.run(
      { kind: 'classify', id, path, part, textChoice, unit, leads: { kind: 'auto' }, envelopePath },
      {
        priority: this.#lookedAt[0] === id ? 'looked-at' : 'ordinary',
        signal: work.abort.signal,
        onProgress: (fraction) => {
          work.progress = fraction;
          progressed();
        },
        onFindings: (findings) => {
          this.#hear(work, findings);
        },
      },
    );
    if (envelopePath !== null) await envelopes.adopt(recording.fingerprint);
    return result;
  }

  #hear(work: Work, findings: Findings): void {
    const { id } = work.recording;
    this.#count(work, work.found.add(findings));
    if (!this.#lookedAt.includes(id)) return;
    const { first } = findings;
    this.#options.announce('windows-found', { id, first, ...shownVerdicts(findings) });
  }

  #count(work: Work, windows: number): void {
    work.counted += windows;
    this.#tally.windows(windows, performance.now());
  }
}
