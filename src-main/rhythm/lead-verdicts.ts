/**
 * One lead's verdicts as they grow, block by block. Where windows are judged in context, the last of
 * a block waits for the first of the next: what is found is final when it is told, and told once.
 */
import { MODEL_OUTPUTS, type WindowVerdicts } from '../contract/domain.ts';
import type { WindowContext } from '../contract/model-card.ts';
import { inContext } from './context.ts';
import type { Findings } from './job.ts';
import type { Answer } from './session.ts';

const OUTPUTS = MODEL_OUTPUTS.length;

/** Windows [first, first + startS.length) of a lead; blocks come in order, without a gap. */
export interface Block {
  readonly first: number;
  readonly startS: Float64Array;
  readonly endS: Float64Array;
}

export class LeadVerdicts {
  readonly windowCount: number;
  readonly #context: WindowContext | null;
  readonly #verdicts: WindowVerdicts;
  /** What the model says of each window by itself: the verdict itself where it has no context. */
  readonly #alone: Float32Array;
  #evidence = new Float32Array(0);
  /** Windows that were told. */
  #told = 0;

  constructor(leadIndex: number, windowCount: number, context: WindowContext | null) {
    this.windowCount = windowCount;
    this.#context = context;
    const probabilities = new Float32Array(windowCount * OUTPUTS).fill(NaN);
    this.#alone = context ? probabilities.slice() : probabilities;
    this.#verdicts = {
      leadIndex,
      startS: new Float64Array(windowCount),
      endS: new Float64Array(windowCount),
      probabilities,
      unlike: new Float32Array(windowCount).fill(NaN),
      ...(context && { alone: this.#alone }),
    };
  }

  get verdicts(): WindowVerdicts {
    return this.#evidence.length === 0
      ? this.#verdicts
      : { ...this.#verdicts, evidence: this.#evidence };
  }

  /** Takes a block in; answers the windows that are final now and were not before, perhaps none. */
  add({ first, startS, endS }: Block, { probabilities, unlike, evidence }: Answer): Findings {
    this.#verdicts.startS.set(startS, first);
    this.#verdicts.endS.set(endS, first);
    this.#verdicts.unlike.set(unlike, first);
    this.#alone.set(probabilities, first * OUTPUTS);
    this.#keepEvidence(evidence, first, startS.length);
    const from = this.#told;
    const end = first + startS.length;
    const to = this.#context && end < this.windowCount ? Math.max(from, end - 1) : end;
    if (this.#context) {
      const found = inContext(this.#alone, this.#context, from, to);
      this.#verdicts.probabilities.set(found, from * OUTPUTS);
    }
    this.#told = to;
    return this.#rows(from, to);
  }

  /** Copies: who keeps a few windows must not keep the whole lead. */
  #rows(from: number, to: number): Findings {
    const { leadIndex, startS, endS, probabilities, unlike, alone } = this.#verdicts;
    return {
      ...{ leadIndex, first: from, windowCount: this.windowCount },
      startS: startS.slice(from, to),
      endS: endS.slice(from, to),
      probabilities: probabilities.slice(from * OUTPUTS, to * OUTPUTS),
      unlike: unlike.slice(from, to),
      ...(alone && { alone: alone.slice(from * OUTPUTS, to * OUTPUTS) }),
    };
  }

  /** The first answer says how much there is of it a window. */
  #keepEvidence(evidence: Float32Array, first: number, windows: number): void {
    const width = evidence.length / windows;
    if (!(width > 0)) return;
    if (this.#evidence.length === 0) {
      this.#evidence = new Float32Array(this.windowCount * width).fill(NaN);
    }
    this.#evidence.set(evidence, first * width);
  }
}
