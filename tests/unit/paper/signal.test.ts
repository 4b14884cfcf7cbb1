import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LeadSignal } from '../../../src-main/contract/domain.ts';
import { LeadTraces } from '../../../src-renderer/paper/lead-traces.ts';
import {
  columnsFor,
  fetchBounds,
  LruCache,
  MAX_COLUMNS,
  queryKey,
  type SignalQuery,
} from '../../../src-renderer/paper/signal-cache.ts';
import { SignalFeed } from '../../../src-renderer/paper/signal-feed.ts';
import {
  extentOf,
  gapsIn,
  knownSpan,
  levelFor,
  swingOf,
  tracePoints,
  valueAt,
} from '../../../src-renderer/paper/trace.ts';

const OFF = { highPassHz: 0, lowPassHz: 0, notchHz: 0 };

function samples(values: readonly number[], fromSample = 0, samplingHz = 10): LeadSignal {
  return {
    kind: 'samples',
    leadIndex: 0,
    samplingHz,
    filters: OFF,
    fromSample,
    values: Float32Array.from(values),
  };
}

function envelope(min: readonly number[], max: readonly number[], fromBin = 0): LeadSignal {
  return {
    kind: 'envelope',
    leadIndex: 0,
    samplingHz: 100,
    filters: OFF,
    fromSample: 50 * fromBin,
    samplesPerBin: 50,
    min: Float32Array.from(min),
    max: Float32Array.from(max),
  };
}

function query(fromS: number, toS: number): SignalQuery {
  return { id: 'r', leads: [0], fromS, toS, columns: 100, filters: OFF, edition: 0 };
}

describe('the part of a recording to ask for', () => {
  it('repeats while the view moves within a step, and covers half a screen on both sides', () => {
    const visible = fc.double({ min: 1, max: 1000, noNaN: true });
    const start = fc.double({ min: 0, max: 80_000, noNaN: true });
    fc.assert(
      fc.property(start, visible, (from, span) => {
        const bounds = fetchBounds(from, from + span, 1e9);
        expect(bounds.fromS).toBeLessThanOrEqual(Math.max(0, from - span / 2) + 1e-6);
        expect(bounds.toS).toBeGreaterThanOrEqual(from + 1.5 * span - 1e-6);
        expect(bounds.toS - bounds.fromS).toBeLessThanOrEqual(5 * span + 1e-6);
      }),
    );
    expect(fetchBounds(40.1, 50.5, 1e5)).toEqual(fetchBounds(46.9, 55.9, 1e5));
  });

  it('stays inside the recording', () => {
    expect(fetchBounds(-0.12, 10.28, 30)).toEqual({ fromS: 0, toS: 24 });
    expect(fetchBounds(20, 30.4, 30)).toEqual({ fromS: 8, toS: 30 });
  });

  it('is asked for in pixel columns, within the limit of the contract', () => {
    expect(columnsFor(32, 90, 1)).toBe(2880);
    expect(columnsFor(1e6, 90, 2)).toBe(MAX_COLUMNS);
  });

  it('has a key that tells filters and leads apart', () => {
    const other = { ...query(0, 30), filters: { ...OFF, notchHz: 50 } };
    expect(queryKey(query(0, 30))).toBe(queryKey(query(0, 30)));
    expect(queryKey(other)).not.toBe(queryKey(query(0, 30)));
  });
});

describe('the cache', () => {
  it('drops what was used longest ago once it is over its bytes', () => {
    const cache = new LruCache<number>(10, (value) => value);
    cache.set('a', 4);
    cache.set('b', 4);
    cache.get('a');
    cache.set('c', 4);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([4, undefined, 4]);
    expect(cache.bytes).toBe(8);
  });

  it('keeps the newest entry even when it alone is over', () => {
    const cache = new LruCache<number>(10, (value) => value);
    cache.set('big', 40);
    expect(cache.get('big')).toBe(40);
    cache.set('small', 1);
    expect([cache.get('big'), cache.bytes]).toEqual([undefined, 1]);
  });
});

describe('the feed', () => {
  /** A loader whose answers the test gives, one by one, and pauses that it ends. */
  function manual() {
    let endPause: () => void = () => undefined;
    const asked: { from: number; aborted: () => boolean; answer: () => void; fail: () => void }[] =
      [];
    const feed = new SignalFeed(
      ({ fromS }, signal) =>
        new Promise((resolve, reject) => {
          asked.push({
            from: fromS,
            aborted: () => signal.aborted,
            answer: () => {
              resolve([samples([fromS])]);
            },
            fail: () => {
              reject(new Error('gone'));
            },
          });
        }),
      () => undefined,
      (_, then) => {
        endPause = then;
        return () => {
          endPause = () => undefined;
        };
      },
    );
    return {
      feed,
      asked,
      endPause: () => {
        endPause();
      },
    };
  }

  it('keeps the former picture until the newer one is there', async () => {
    const { feed, asked } = manual();
    feed.want(query(0, 30));
    asked[0]?.answer();
    await Promise.resolve();
    await Promise.resolve();
    feed.want(query(20, 50));
    expect(feed.picture?.query.fromS).toBe(0);
    expect(feed.reading).toBe(true);
    asked[1]?.answer();
    await Promise.resolve();
    await Promise.resolve();
    expect(feed.picture?.query.fromS).toBe(20);
  });

  it('asks once for the newest of many views, and calls off what shares nothing with it', () => {
    const { feed, asked, endPause } = manual();
    feed.want(query(0, 30));
    feed.want(query(10, 40));
    feed.want(query(20, 50));
    expect(asked.length).toBe(1);
    feed.want(query(500, 530));
    expect(asked[0]?.aborted()).toBe(true);
    endPause();
    expect(asked.map((request) => request.from)).toEqual([0, 500]);
  });

  it('reads nothing on the way of a view that jumps on every frame', () => {
    const { feed, asked, endPause } = manual();
    for (let fromS = 0; fromS < 5000; fromS += 500) feed.want(query(fromS, fromS + 30));
    expect(feed.reading).toBe(true);
    endPause();
    expect(asked.map((request) => request.from)).toEqual([0, 4500]);
  });

  it('is done with a pause when the view comes back to what is known', async () => {
    const { feed, asked, endPause } = manual();
    feed.want(query(0, 30));
    asked[0]?.answer();
    await Promise.resolve();
    await Promise.resolve();
    feed.want(query(500, 530));
    feed.want(query(0, 30));
    endPause();
    expect(feed.reading).toBe(false);
    expect(asked.length).toBe(1);
  });

  it('answers from the cache without asking again', async () => {
    const { feed, asked, endPause } = manual();
    feed.want(query(0, 30));
    asked[0]?.answer();
    await Promise.resolve();
    await Promise.resolve();
    feed.want(query(100, 130));
    endPause();
    feed.want(query(0, 30));
    expect(feed.picture?.query.fromS).toBe(0);
    expect(feed.reading).toBe(false);
  });

  it('says why a part could not be had, and asks again when told to', async () => {
    const { feed, asked } = manual();
    feed.want(query(0, 30));
    asked[0]?.fail();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(feed.failure).toBeInstanceOf(Error);
    feed.retry();
    expect(asked.length).toBe(2);
    expect(feed.failure).toBeNull();
  });

  it('shows and keeps nothing that was read before once the recording is read otherwise', async () => {
    const { feed, asked, endPause } = manual();
    feed.want(query(0, 30));
    asked[0]?.answer();
    await Promise.resolve();
    await Promise.resolve();
    expect(feed.picture).not.toBeNull();
    feed.want({ ...query(0, 30), edition: 1 });
    expect(feed.picture).toBeNull();
    endPause();
    expect(asked.length).toBe(2);
    feed.want({ ...query(0, 30), edition: 2 });
    expect(asked[1]?.aborted()).toBe(true);
    endPause();
    expect(asked.length).toBe(3);
  });
});

describe('a trace', () => {
  it('is every sample at its own time', () => {
    const points = tracePoints(samples([1, 2, 3], 20));
    expect([...points.timeS]).toEqual([2, 2.1, 2.2]);
    expect([...points.value]).toEqual([1, 2, 3]);
  });

  it('goes through both ends of every bin of an envelope, the nearer first', () => {
    const points = tracePoints(envelope([0, 4, 0], [5, 6, 1]));
    expect([...points.value]).toEqual([5, 0, 4, 6, 1, 0]);
    expect(points.timeS[0]).toBe(0.25);
  });

  it('draws a bin the same in whichever part of the recording it was read', () => {
    const value = fc.float({ noNaN: true, min: -5, max: 5 });
    const bins = fc.array(fc.tuple(value, value), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(bins, fc.nat(), (ends, cut) => {
        const lows = ends.map(([a, b]) => Math.min(a, b));
        const highs = ends.map(([a, b]) => Math.max(a, b));
        const from = cut % (ends.length - 1);
        const whole = tracePoints(envelope(lows, highs));
        const part = tracePoints(envelope(lows.slice(from), highs.slice(from), from));
        // The part's first bin has none before it to tell by.
        expect([...part.value.slice(2)]).toEqual([...whole.value.slice(2 * from + 2)]);
      }),
    );
  });

  it('is known as far as more of the recording will not change it', () => {
    const part = samples([1, 2, 3, 4, 5, 6], 10);
    expect(knownSpan(part, 100)).toEqual({ fromS: 1.2, toS: 1.4 });
    expect(knownSpan(part, 16)).toEqual({ fromS: 1.2, toS: Infinity });
    expect(knownSpan(samples([1, 2, 3, 4]), 4)).toEqual({ fromS: -Infinity, toS: Infinity });
  });

  it('has gaps where there is no signal, and nowhere else', () => {
    expect(gapsIn(samples([1, NaN, NaN, 2, NaN], 100))).toEqual([
      { fromS: 10.1, toS: 10.3 },
      { fromS: 10.4, toS: 10.5 },
    ]);
    expect(gapsIn(samples([1, 2]))).toEqual([]);
    expect(gapsIn(envelope([0, NaN], [1, NaN]))).toEqual([{ fromS: 0.5, toS: 1 }]);
  });

  it('has a value under the pointer only where there is signal', () => {
    const points = tracePoints(samples([1, NaN, 3]));
    expect(valueAt(points, 0.02)).toBe(1);
    expect(valueAt(points, 0.1)).toBeNaN();
    expect(valueAt(points, 5)).toBeNaN();
  });
});

describe('how high the waves of a lead are', () => {
  it('is peak to peak, whatever one part of it does', () => {
    const beat = (n: number) => (n % 10 === 0 ? 1.2 : n % 10 === 1 ? -0.3 : 0);
    const values = Array.from({ length: 100 }, (_, n) => (n === 45 ? 40 : beat(n)));
    expect(swingOf(tracePoints(samples(values)))).toBeCloseTo(1.5, 6);
    expect(swingOf(tracePoints(samples([])))).toBeNull();
    expect(swingOf(tracePoints(samples([NaN, NaN])))).toBeNull();
  });
});

describe('the level of a lead', () => {
  it('is 0 mV while the signal stays near it', () => {
    expect(levelFor(0, extentOf(tracePoints(samples([-0.2, 0.1, 1.2]))))).toBe(0);
    expect(levelFor(0, null)).toBe(0);
  });

  it('follows a standing offset in steps of half a millivolt, and comes back', () => {
    const off = extentOf(tracePoints(samples([-3.3, -3.2, -3.1])));
    expect(levelFor(0, off)).toBe(-3);
    expect(levelFor(-3, extentOf(tracePoints(samples([0, 0.1]))))).toBe(0);
  });

  it('does not move while the paper does: it is settled per recording and lead', () => {
    const leads = [{ name: 'II', unit: 'mV', calibrated: true, samplingHz: 10, sampleCount: 1000 }];
    const traces = new LeadTraces();
    traces.take({ query: query(0, 30), leads: [samples([2, 2, 2])] }, leads);
    expect(traces.of(0).level).toBe(2);
    traces.take({ query: query(30, 60), leads: [samples([2.6, 2.7, 2.8])] }, leads);
    expect(traces.of(0).level).toBe(2);
  });
});
