import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src-main/rhythm/turns.ts';

const never = new AbortController().signal;

/** Takes a turn and notes it. */
function take(turns: Turns, run: number, order: number[], signal = never): Promise<void> {
  return turns.take(run, signal).then(() => void order.push(run));
}

describe('long recordings', () => {
  it('go one after the other, the earliest first', async () => {
    const turns = new Turns();
    const order: number[] = [];
    await take(turns, 1, order);
    const waiting = [take(turns, 3, order), take(turns, 2, order)];
    await take(turns, 1, order);
    turns.leave(1);
    await waiting[1];
    turns.leave(2);
    await waiting[0];
    expect(order).toEqual([1, 1, 2, 3]);
  });

  it('make way for the one that a person looks at, at their next block', async () => {
    const turns = new Turns();
    const order: number[] = [];
    await take(turns, 1, order);
    const second = take(turns, 2, order);
    turns.setPriority(2, 'looked-at');
    const first = take(turns, 1, order);
    await second;
    expect(order).toEqual([1, 2]);
    turns.leave(2);
    await first;
    expect(order).toEqual([1, 2, 1]);
  });

  it('stop waiting when they are cancelled, and hold nobody up', async () => {
    const turns = new Turns();
    const order: number[] = [];
    const cancelling = new AbortController();
    await take(turns, 1, order);
    const cancelled = take(turns, 2, order, cancelling.signal);
    const third = take(turns, 3, order);
    cancelling.abort(new Error('by the user'));
    await expect(cancelled).rejects.toThrow('by the user');
    turns.leave(1);
    await third;
    expect(order).toEqual([1, 3]);
  });
});
