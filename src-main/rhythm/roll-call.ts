/**
 * Whether a process died of what it did or was ended from outside, as by a system that is short of
 * memory or by a person who ends them all. What ends processes from outside seldom ends only one,
 * so after a death the others are asked whether they are there. One that dies before it has
 * answered died in the same moment. No clock tells that: a slow machine answers late, and is
 * waited for; the watchdog ends a process that never answers.
 */
import type { RollCallNumber } from './protocol.ts';
import type { SupervisedProcess } from './supervised-process.ts';

type Asked = Pick<SupervisedProcess, 'post'>;

export type Cause = 'itself' | 'outside';

interface Call {
  /** Those that have not answered yet. */
  readonly missing: Set<Asked>;
  readonly settle: (cause: Cause) => void;
}

export class RollCall {
  readonly #calls = new Map<RollCallNumber, Call>();
  #last: RollCallNumber = 0;

  /** Whether it was asked and has not answered: it may be dead already. */
  isMissing(process: Asked): boolean {
    return [...this.#calls.values()].some(({ missing }) => missing.has(process));
  }

  /** `others` are those that could answer; where there is none, nothing speaks for the dead one. */
  died(process: Asked, others: readonly Asked[]): Promise<Cause> {
    if (this.isMissing(process)) {
      this.left(process);
      return Promise.resolve('outside');
    }
    if (others.length === 0) return Promise.resolve('itself');
    const call = (this.#last += 1);
    const { promise, resolve } = Promise.withResolvers<Cause>();
    this.#calls.set(call, { missing: new Set(others), settle: resolve });
    for (const other of others) other.post({ type: 'are-you-there', call });
    return promise;
  }

  answered(process: Asked, number: RollCallNumber): void {
    const call = this.#calls.get(number);
    if (call === undefined) return;
    call.missing.delete(process);
    if (call.missing.size > 0) return;
    this.#calls.delete(number);
    call.settle('itself');
  }

  /** It is gone without an answer, and nobody will ever know: that counts for the accused. */
  left(process: Asked): void {
    for (const [number, call] of this.#calls) {
      if (!call.missing.delete(process)) continue;
      call.settle('outside');
      if (call.missing.size === 0) this.#calls.delete(number);
    }
  }
}
