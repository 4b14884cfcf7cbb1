/**
 * What is known of a recording's windows while the model works through it: rows arrive in any
 * number and order, a window without its row is "pending". Plain arrays, no reactivity.
 */
import { MODEL_OUTPUTS } from '../../src-main/contract/domain.ts';
import { probabilitiesAt, type ClassProbabilities } from '../../src-main/contract/verdict.ts';
import {
  codeAt,
  codeIndex,
  findingOf,
  isShortTail,
  windowCount,
  type VerdictRule,
  type WindowCode,
  type WindowFinding,
} from './windows.ts';

/** Rows [first, first + n) of a recording's verdicts; n x MODEL_OUTPUTS probabilities. */
export interface VerdictRows {
  readonly first: number;
  readonly probabilities: Float32Array;
  /** One a row; a model that tells none may leave it out. */
  readonly unlike?: Float32Array;
  /** As `probabilities`, each window by itself; only of a model that judges windows in context. */
  readonly alone?: Float32Array;
}

export class WindowStore {
  readonly durationS: number;
  /** One index into `WINDOW_CODES` a window, in time order. */
  readonly codes: Uint8Array;
  /** How unlike the training data each window is; NaN where it is not told. */
  readonly unlike: Float32Array;
  readonly #rows: Float32Array;
  /** NaN where the model says nothing of a window by itself. */
  readonly #alone: Float32Array;
  readonly #known: Uint8Array;
  #rule: VerdictRule;

  constructor(durationS: number, rule: VerdictRule) {
    this.durationS = durationS;
    this.#rule = rule;
    const count = windowCount(durationS);
    this.codes = new Uint8Array(count);
    this.unlike = new Float32Array(count).fill(NaN);
    this.#known = new Uint8Array(count);
    this.#rows = new Float32Array(count * MODEL_OUTPUTS.length).fill(NaN);
    this.#alone = this.#rows.slice();
    this.#encode(0, count);
  }

  get count(): number {
    return this.codes.length;
  }

  /** Takes rows in; what lies past the end of the recording is left out. */
  accept(rows: VerdictRows): void {
    const width = MODEL_OUTPUTS.length;
    const first = Math.max(0, rows.first);
    const last = Math.min(this.count, rows.first + Math.floor(rows.probabilities.length / width));
    if (last <= first) return;
    const from = (first - rows.first) * width;
    this.#rows.set(rows.probabilities.subarray(from, from + (last - first) * width), first * width);
    if (rows.alone) {
      this.#alone.set(rows.alone.subarray(from, from + (last - first) * width), first * width);
    } else this.#alone.fill(NaN, first * width, last * width);
    if (rows.unlike) {
      this.unlike.set(rows.unlike.subarray(first - rows.first, last - rows.first), first);
    }
    this.#known.fill(1, first, last);
    this.#encode(first, last);
  }

  /** Reads every window again under another rule. */
  applyRule(rule: VerdictRule): void {
    this.#rule = rule;
    this.#encode(0, this.count);
  }

  code(index: number): WindowCode {
    return codeAt(this.codes, index);
  }

  /** Null for a window without a verdict. */
  finding(index: number): WindowFinding | null {
    const probabilities = this.#probabilities(index);
    return probabilities ? findingOf(probabilities, this.#rule) : null;
  }

  /**
   * What the model says of a window by itself where that is another class than together with its
   * neighbours; null where both agree, and of a model that judges every window by itself.
   */
  otherwiseAlone(index: number): WindowFinding | null {
    const finding = this.finding(index);
    const probabilities = probabilitiesAt(this.#alone, index);
    if (!finding || !probabilities) return null;
    const alone = findingOf(probabilities, this.#rule);
    return alone.verdict.label === finding.verdict.label ? null : alone;
  }

  #probabilities(index: number): ClassProbabilities | null {
    return this.#known[index] === 1 ? probabilitiesAt(this.#rows, index) : null;
  }

  #encode(from: number, to: number): void {
    for (let index = from; index < to; index++) this.codes[index] = codeIndex(this.#codeOf(index));
  }

  #codeOf(index: number): WindowCode {
    if (isShortTail(index, this.durationS)) return 'not-analysed';
    if (this.#known[index] !== 1) return 'pending';
    const finding = this.finding(index);
    if (!finding) return 'no-signal';
    return finding.verdict.uncertain ? 'uncertain' : finding.verdict.label;
  }
}
