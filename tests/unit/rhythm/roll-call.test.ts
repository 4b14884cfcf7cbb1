import { describe, expect, test } from 'vitest';
import type { ToProcess } from '../../../src-main/rhythm/protocol.ts';
import { RollCall, type Cause } from '../../../src-main/rhythm/roll-call.ts';

class Process {
  readonly asked: number[] = [];

  post(message: ToProcess): void {
    if (message.type === 'are-you-there') this.asked.push(message.call);
  }
}

function given() {
  const rollCall = new RollCall();
  const [a, b, c] = [new Process(), new Process(), new Process()];
  const answer = (process: Process) => {
    for (const call of process.asked.splice(0)) rollCall.answered(process, call);
  };
  return { rollCall, a, b, c, answer };
}

/** `open` where it is not known yet. */
async function soFar(cause: Promise<Cause>): Promise<Cause | 'open'> {
  return Promise.race([cause, Promise.resolve('open' as const)]);
}

describe('a process that died', () => {
  test('died of itself where every other one answers', async () => {
    const { rollCall, a, b, c, answer } = given();
    const cause = rollCall.died(a, [b, c]);
    answer(b);
    expect(await soFar(cause)).toBe('open');
    answer(c);
    expect(await cause).toBe('itself');
  });

  test('and another that dies before it has answered were ended from outside, both', async () => {
    const { rollCall, a, b, c, answer } = given();
    const first = rollCall.died(a, [b, c]);
    expect(rollCall.isMissing(b)).toBe(true);
    expect(await rollCall.died(b, [c])).toBe('outside');
    expect(await first).toBe('outside');
    // The third was asked once, and whether it was killed with them is still open.
    expect(rollCall.isMissing(c)).toBe(true);
    answer(c);
    expect(rollCall.isMissing(c)).toBe(false);
    expect(await rollCall.died(c, [])).toBe('itself');
  });

  test('after its answer died in a moment of its own', async () => {
    const { rollCall, a, b, c, answer } = given();
    const first = rollCall.died(a, [b, c]);
    answer(b);
    answer(c);
    const second = rollCall.died(b, [c]);
    answer(c);
    expect([await first, await second]).toEqual(['itself', 'itself']);
  });

  test('is let off where the only one that could answer was ended on purpose', async () => {
    const { rollCall, a, b } = given();
    const cause = rollCall.died(a, [b]);
    rollCall.left(b);
    expect(await cause).toBe('outside');
  });

  test('alone has nobody to speak for it', async () => {
    const { rollCall, a } = given();
    expect(await rollCall.died(a, [])).toBe('itself');
  });
});
