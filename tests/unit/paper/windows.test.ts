import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClassProbabilities } from '../../../src-main/contract/verdict.ts';
import { laneBars, MIN_RUN_PX } from '../../../src-renderer/paper/day.ts';
import { WindowStore } from '../../../src-renderer/paper/window-store.ts';
import {
  analysedWindows,
  codeAt,
  codeIndex,
  countCodes,
  findingOf,
  mergeRuns,
  runsBetween,
  WINDOW_CODES,
  windowAt,
  windowCount,
  windowSpan,
} from '../../../src-renderer/paper/windows.ts';
import { aloneLine } from '../../../src-renderer/views/context-words.ts';
import { setWords, windowWord } from '../../../src-renderer/paper/words.ts';

const RULE = { reading: 'cinc', threshold: 0.8 } as const;

function chances(part: Partial<ClassProbabilities>): ClassProbabilities {
  return { normal: 0, af: 0, other: 0, noise: 0, ectopy: 0, ...part };
}

/** Rows of the model's five outputs: normal, af, ectopy, other rhythm, noise. */
function rows(...list: readonly (readonly number[])[]): Float32Array {
  return Float32Array.from(list.flat());
}

it('a last window under 5 s gets no verdict', () => {
  expect([0, 4.9, 5, 60, 61, 64.9, 65].map(analysedWindows)).toEqual([0, 0, 1, 6, 6, 6, 7]);
});

describe('windows', () => {
  it('are counted with the tail, however short', () => {
    expect([0, 9, 10, 27.4, 30, 86_280].map(windowCount)).toEqual([0, 1, 1, 3, 3, 8628]);
  });

  it('never overlap on the screen, though the tail is analysed with seconds of the one before', () => {
    expect(windowSpan(2, 27.4)).toEqual({ startS: 20, endS: 27.4 });
    expect(windowAt(27.4, 27.4)).toBe(2);
    expect(windowAt(-3, 27.4)).toBe(0);
  });
});

describe('runs', () => {
  it('merge neighbours of one code', () => {
    const codes = Uint8Array.from([0, 0, 1, 1, 1, 0]);
    expect(mergeRuns(codes)).toEqual([
      { from: 0, to: 2, code: 'normal' },
      { from: 2, to: 5, code: 'af' },
      { from: 5, to: 6, code: 'normal' },
    ]);
    expect(mergeRuns(new Uint8Array(0))).toEqual([]);
  });

  it('cover every window once, and neighbours differ', () => {
    const codes = fc.uint8Array({ max: WINDOW_CODES.length - 1, minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(codes, (list) => {
        const runs = mergeRuns(list);
        let at = 0;
        runs.forEach((run, index) => {
          expect(run.from).toBe(at);
          for (; at < run.to; at++) expect(codeAt(list, at)).toBe(run.code);
          expect(run.code).not.toBe(runs[index + 1]?.code);
        });
        expect(at).toBe(list.length);
      }),
    );
  });

  it('between two windows are those that touch them', () => {
    const runs = mergeRuns(Uint8Array.from([0, 0, 1, 2, 2, 2, 3]));
    expect(runsBetween(runs, 2, 4).map((run) => run.code)).toEqual(['af', 'other']);
    expect(runsBetween(runs, 0, 1).map((run) => run.code)).toEqual(['normal']);
    expect(runsBetween(runs, 7, 9)).toEqual([]);
  });

  it('too short for the lane are still drawn 1.5 px wide, and touching ones joined', () => {
    const runs = mergeRuns(Uint8Array.from([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]));
    const bars = laneBars(runs, 'af', (index) => index * 0.5);
    expect(bars).toEqual([
      { leftPx: 0, rightPx: 1 + MIN_RUN_PX },
      { leftPx: 5.5, rightPx: 7 },
    ]);
  });
});

describe('a window that no class reaches the threshold in', () => {
  it('lies between the classes of its prediction set', () => {
    const p = chances({ af: 0.61, normal: 0.31, other: 0.07, noise: 0.01 });
    expect(setWords(findingOf(p, RULE).set)).toBe('AF or Normal');
    const cinc = { normal: 0.4, af: 0.5, other: 0.05, noise: 0.2 };
    const sets = { coverage: 0.9, cinc, rhythm: cinc };
    expect(setWords(findingOf(p, { ...RULE, sets }).set)).toBe('AF or Other');
  });

  it('says Uncertain, whatever the most probable class', () => {
    const finding = findingOf(chances({ af: 0.61, normal: 0.39 }), RULE);
    expect(finding.verdict.uncertain).toBe(true);
    expect(windowWord('uncertain', finding)).toBe('Uncertain');
  });
});

describe('ectopy in sinus rhythm', () => {
  const p = chances({ normal: 0.05, other: 0.95, ectopy: 0.9 });

  it('is part of Other in the CinC reading, and told apart', () => {
    expect(windowWord('other', findingOf(p, RULE))).toBe('Other: ectopy');
  });

  it('is part of Normal in the rhythm reading, and told apart', () => {
    const finding = findingOf(p, { reading: 'rhythm', threshold: 0.8 });
    expect(finding.verdict.label).toBe('normal');
    expect(windowWord('normal', finding)).toBe('Normal + ectopy');
  });

  it('leaves the word alone where it is the smaller part', () => {
    const flutter = findingOf(chances({ other: 0.95, ectopy: 0.2, normal: 0.05 }), RULE);
    expect(windowWord('other', flutter)).toBe('Other');
  });
});

describe('the windows of a recording', () => {
  const af = [0.02, 0.95, 0.01, 0.01, 0.01];
  const silent = [NaN, NaN, NaN, NaN, NaN];

  it('are pending until their row arrives, in any order', () => {
    const store = new WindowStore(40, RULE);
    store.accept({ first: 2, probabilities: rows(af) });
    expect([0, 1, 2, 3].map((at) => store.code(at))).toEqual([
      'pending',
      'pending',
      'af',
      'pending',
    ]);
    store.accept({ first: 0, probabilities: rows(silent, af) });
    expect([0, 1].map((at) => store.code(at))).toEqual(['no-signal', 'af']);
    expect(store.finding(0)).toBeNull();
  });

  it('leave a tail under 5 s out, with or without a row', () => {
    const store = new WindowStore(34, RULE);
    expect(store.code(3)).toBe('not-analysed');
    expect(windowWord('not-analysed', null)).toBe('Not analysed: under 5 s');
    expect(new WindowStore(36, RULE).code(3)).toBe('pending');
  });

  it('ignore rows past the end of the recording', () => {
    const store = new WindowStore(20, RULE);
    store.accept({ first: 1, probabilities: rows(af, af, af) });
    store.accept({ first: 7, probabilities: rows(af) });
    expect(countCodes(store.codes)).toMatchObject({ af: 1, pending: 1 });
  });

  it('are read again when the reading changes', () => {
    const store = new WindowStore(10, RULE);
    store.accept({ first: 0, probabilities: rows([0.05, 0, 0.9, 0.05, 0]) });
    expect(store.code(0)).toBe('other');
    store.applyRule({ reading: 'rhythm', threshold: 0.8 });
    expect(store.code(0)).toBe('normal');
    store.applyRule({ reading: 'rhythm', threshold: 0.99 });
    expect(store.code(0)).toBe('uncertain');
  });

  it('say what one is by itself only where that is another class', () => {
    const store = new WindowStore(40, RULE);
    const normal = [0.61, 0.2, 0.1, 0.05, 0.04];
    const unsureAf = [0.3, 0.5, 0.1, 0.05, 0.05];
    store.accept({
      first: 0,
      probabilities: rows(af, af, silent),
      alone: rows(normal, unsureAf, silent),
    });
    const lines = () => [0, 1, 2, 3].map((at) => aloneLine(store.otherwiseAlone(at)));
    expect(lines()).toEqual(['By itself: Normal 0.61', '', '', '']);
    // With ectopy, under the reading that counts it as Normal.
    store.applyRule({ reading: 'rhythm', threshold: 0.8 });
    expect(lines()).toEqual(['By itself: Normal 0.71', '', '', '']);
    // Another model, which judges every window by itself, says nothing of what the first one said.
    store.accept({ first: 0, probabilities: rows(af, af, silent) });
    expect(lines()).toEqual(['', '', '', '']);
  });

  it('have a code for each of the classes in the order of the contract', () => {
    expect((['normal', 'af', 'other', 'noise'] as const).map(codeIndex)).toEqual([0, 1, 2, 3]);
    expect(codeIndex('uncertain')).toBe(4);
  });
});
