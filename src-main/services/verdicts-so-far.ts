/** The verdicts of a recording while they come in, a batch at a time. */
import { MODEL_OUTPUTS, type WindowVerdicts } from '../contract/domain.ts';
import type { Findings } from '../rhythm/job.ts';

export class VerdictsSoFar {
  #leadIndex = -1;
  #count = 0;
  #startS = new Float64Array(0);
  #endS = new Float64Array(0);
  #probabilities = new Float32Array(0);
  #unlike = new Float32Array(0);
  #alone = new Float32Array(0);
  /** Whether the model judges windows in context, and says of each what it is by itself. */
  #tellsAlone = false;

  /** Windows found so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * Number of windows that are new. Findings begin again from row 0 when the analysis process was
   * restarted; those of further leads are left to the result.
   */
  add(findings: Findings): number {
    const { first, windowCount, startS, endS, probabilities, unlike, alone } = findings;
    if (this.#leadIndex === -1) this.#leadIndex = findings.leadIndex;
    if (findings.leadIndex !== this.#leadIndex) return 0;
    const end = first + startS.length;
    this.#reserve(Math.max(windowCount, end));
    this.#startS.set(startS, first);
    this.#endS.set(endS, first);
    this.#probabilities.set(probabilities, first * MODEL_OUTPUTS.length);
    this.#unlike.set(unlike, first);
    if (alone) this.#alone.set(alone, first * MODEL_OUTPUTS.length);
    this.#tellsAlone = alone !== undefined;
    this.#count = end;
    return startS.length;
  }

  /** A copy; null before the first window. */
  verdicts(): WindowVerdicts | null {
    if (this.#count === 0) return null;
    const values = this.#count * MODEL_OUTPUTS.length;
    return {
      leadIndex: this.#leadIndex,
      startS: this.#startS.slice(0, this.#count),
      endS: this.#endS.slice(0, this.#count),
      probabilities: this.#probabilities.slice(0, values),
      unlike: this.#unlike.slice(0, this.#count),
      ...(this.#tellsAlone && { alone: this.#alone.slice(0, values) }),
    };
  }

  #reserve(windows: number): void {
    if (windows <= this.#startS.length) return;
    const startS = new Float64Array(windows);
    const endS = new Float64Array(windows);
    const probabilities = new Float32Array(windows * MODEL_OUTPUTS.length);
    const unlike = new Float32Array(windows);
    const alone = new Float32Array(windows * MODEL_OUTPUTS.length);
    startS.set(this.#startS);
    endS.set(this.#endS);
    probabilities.set(this.#probabilities);
    unlike.set(this.#unlike);
    alone.set(this.#alone);
    this.#startS = startS;
    this.#endS = endS;
    this.#probabilities = probabilities;
    this.#unlike = unlike;
    this.#alone = alone;
  }
}
