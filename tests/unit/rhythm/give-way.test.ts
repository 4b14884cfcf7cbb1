import { describe, expect, test } from 'vitest';
import { MODEL_WINDOW_SAMPLES } from '../../../src-main/contract/conventions.ts';
import { MODEL_OUTPUTS } from '../../../src-main/contract/domain.ts';
import { GiveWay } from '../../../src-main/rhythm/give-way.ts';
import type { RhythmSession } from '../../../src-main/rhythm/session.ts';
import { WindowBatcher } from '../../../src-main/rhythm/window-batcher.ts';

/** Time passes only in pauses; `during` happens in the middle of each. */
class StoppedClock {
  ms = 1_000;
  readonly pauses: number[] = [];
  during: () => void = () => undefined;

  nowMs(): number {
    return this.ms;
  }

  async pause(ms: number): Promise<void> {
    this.pauses.push(ms);
    this.ms += ms / 2;
    this.during();
    this.ms += ms / 2;
    await Promise.resolve();
  }
}

describe('giving way', () => {
  test('costs nothing while nobody waits', async () => {
    const clock = new StoppedClock();
    await new GiveWay(clock).passed();
    expect(clock.pauses).toEqual([]);
  });

  test('lasts as long as was asked for, and ends by itself', async () => {
    const clock = new StoppedClock();
    const way = new GiveWay(clock);
    way.ask(400);
    clock.ms += 100;
    await way.passed();
    await way.passed();
    expect(clock.pauses).toEqual([300]);
  });

  test('lasts longer when somebody asks meanwhile, and never shorter', async () => {
    const clock = new StoppedClock();
    const way = new GiveWay(clock);
    clock.during = () => {
      clock.during = () => {
        way.ask(10);
      };
      way.ask(400);
    };
    way.ask(400);
    await way.passed();
    expect(clock.ms).toBe(1_600);
  });
});

test('no batch begins while a person waits', async () => {
  const clock = new StoppedClock();
  const way = new GiveWay(clock);
  const begunMs: number[] = [];
  const session: RhythmSession = {
    provider: 'CPU',
    evidenceCount: 0,
    classify: (_, count) => {
      begunMs.push(clock.ms);
      const probabilities = new Float32Array(count * MODEL_OUTPUTS.length).fill(0.2);
      const [unlike, evidence] = [new Float32Array(count), new Float32Array(0)];
      return Promise.resolve({ probabilities, unlike, evidence });
    },
    activation: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  };
  const batcher = new WindowBatcher(session, way, () => undefined);
  batcher.enter();
  way.ask(400);
  const { signal } = new AbortController();
  const input = new Float32Array(MODEL_WINDOW_SAMPLES);
  const answer = await batcher.classify(input, Uint8Array.of(1), signal);
  expect(begunMs).toEqual([1_400]);
  expect(answer.probabilities[0]).toBeCloseTo(0.2);
});
