import { describe, expect, it } from 'vitest';
import { clockOf } from '../../../src-renderer/paper/clock.ts';
import { WindowStore } from '../../../src-renderer/paper/window-store.ts';
import { readingText, silenceText } from '../../../src-renderer/views/review/paper-message.ts';

const clock = clockOf('2026-06-11T14:00:00');
const rule = { reading: 'cinc', threshold: 0.8 } as const;

/** Sinus rhythm but for windows 2 to 5, which have no signal: 20 s to 60 s. */
function windows(): WindowStore {
  const store = new WindowStore(100, rule);
  const rows = Array.from({ length: 10 }, (_, index) =>
    index >= 2 && index < 6 ? [NaN, NaN, NaN, NaN, NaN] : [1, 0, 0, 0, 0],
  );
  store.accept({ first: 0, probabilities: Float32Array.from(rows.flat()) });
  return store;
}

describe('the paper without a trace', () => {
  it('says what it is reading', () => {
    expect(readingText(clock, 420, 480)).toBe('Reading 14:07 to 14:08');
  });

  it('says from when to when there is no signal, past the samples at hand', () => {
    const gap = { fromS: 25, toS: 45 };
    expect(silenceText([[gap], [gap]], { fromS: 30, toS: 40 }, gap, windows(), clock)).toBe(
      'No signal from 14:00:20 to 14:01:00',
    );
  });

  it('keeps to the sample where both ends of the gap are at hand', () => {
    const gap = { fromS: 25, toS: 45 };
    const loaded = { fromS: 0, toS: 80 };
    expect(silenceText([[gap]], { fromS: 30, toS: 40 }, loaded, windows(), clock)).toBe(
      'No signal from 14:00:25 to 14:00:45',
    );
  });

  it('says nothing while any lead has signal in view', () => {
    const gap = { fromS: 20, toS: 60 };
    expect(silenceText([[gap], []], { fromS: 30, toS: 40 }, gap, windows(), clock)).toBeNull();
    expect(silenceText([[gap]], { fromS: 50, toS: 61 }, gap, windows(), clock)).toBeNull();
  });
});
