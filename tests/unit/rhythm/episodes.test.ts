import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afSummary } from '../../../src-main/rhythm/episodes.ts';
import { RULE, verdictsOf } from './verdicts.ts';

/** Case by case what CLINICAL.md, "AF summary of a recording", says. */
function summaryOf(letters: string, durationS?: number) {
  return afSummary(verdictsOf(letters, durationS), RULE);
}

function runsOf(letters: string) {
  const { episodes, brief } = summaryOf(letters);
  return {
    episodes: episodes.map(({ startS, endS }) => [startS, endS]),
    brief: brief.map(({ startS, endS }) => [startS, endS]),
  };
}

describe('the AF summary', () => {
  it('counts three windows of AF in a row as an episode', () => {
    expect(runsOf('NAAAN')).toEqual({ episodes: [[10, 40]], brief: [] });
  });

  it('lists shorter runs apart, as brief AF', () => {
    expect(runsOf('NAANAN')).toEqual({
      episodes: [],
      brief: [
        [10, 30],
        [40, 50],
      ],
    });
  });

  it('does not split an episode at a single noisy window', () => {
    expect(runsOf('AA~AN')).toEqual({ episodes: [[0, 40]], brief: [] });
  });

  it('does not split an episode at a single window without signal, of which as little is known', () => {
    expect(runsOf('AAxAN')).toEqual({ episodes: [[0, 40]], brief: [] });
  });

  it('splits an episode at two noisy windows', () => {
    expect(runsOf('AA~~AAA')).toEqual({ episodes: [[40, 70]], brief: [[0, 20]] });
  });

  it.each(['N', 'O', 'E'])('splits an episode at a single window of %s', (letter) => {
    expect(runsOf(`AA${letter}AAA`)).toEqual({ episodes: [[30, 60]], brief: [[0, 20]] });
  });

  it('does not let noise at either end belong to an episode', () => {
    expect(runsOf('~AAA~')).toEqual({ episodes: [[10, 40]], brief: [] });
  });

  it('needs 30 s of AF for an episode, not 30 s from end to end', () => {
    expect(runsOf('A~AN')).toEqual({ episodes: [], brief: [[0, 30]] });
  });

  it('counts a tail that reaches back with its own seconds only', () => {
    // Windows [0, 10], [10, 20], [17, 27]: 27 s of AF, which is no episode.
    const summary = summaryOf('AAA', 27);
    expect(summary.afS).toBe(27);
    expect(summary.episodes).toEqual([]);
    expect(summary.brief).toEqual([{ startS: 0, endS: 27, afS: 27 }]);
  });

  it('does not join runs across a stretch that was not analysed', () => {
    const verdicts = verdictsOf('AAAA');
    verdicts.startS.set([60, 70], 2);
    verdicts.endS.set([70, 80], 2);
    expect(afSummary(verdicts, RULE).brief).toHaveLength(2);
  });

  it('divides AF time by analysable time, which leaves out noise and missing signal', () => {
    const { afS, analysableS, analysedS, burden } = summaryOf('AANN~x');
    expect({ afS, analysableS, analysedS, burden }).toEqual({
      afS: 20,
      analysableS: 40,
      analysedS: 50,
      burden: 0.5,
    });
  });

  it('counts brief AF in the burden', () => {
    expect(summaryOf('ANNN').burden).toBe(0.25);
  });

  it('has no burden where nothing could be analysed, rather than 0', () => {
    expect(summaryOf('~~x').burden).toBeNull();
    expect(summaryOf('xx').bounds).toBeNull();
    expect(summaryOf('').burden).toBeNull();
  });

  it('bounds the burden by what the uncertain and noisy windows could be', () => {
    // A certain AF, an uncertain AF, an uncertain N, a noise, a certain N: 1/5 to 4/5.
    expect(summaryOf('Aan~N').bounds).toEqual({ low: 0.2, high: 0.8 });
  });

  it('names the longest episode, the first of equals, and sorts into strata', () => {
    const minutes = (count: number) => 'A'.repeat(count * 6);
    const { longest, strata } = summaryOf(
      ['AA', 'AAA', minutes(6), minutes(59), minutes(60), 'AAA'].join('N'),
    );
    expect(longest?.afS).toBe(3600);
    expect(strata.map(({ fromS, toS, runs }) => [fromS, toS, runs])).toEqual([
      [0, 30, 1],
      [30, 360, 2],
      [360, 3600, 2],
      [3600, Infinity, 1],
    ]);
  });

  it('never claims more AF than analysable time, and keeps the burden within its bounds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...'NAEO~xnaeo'), { maxLength: 60 }).map((all) => all.join('')),
        (letters) => {
          const summary = summaryOf(letters);
          const inRuns = [...summary.episodes, ...summary.brief].reduce((s, r) => s + r.afS, 0);
          expect(inRuns).toBeCloseTo(summary.afS);
          expect(summary.afS).toBeLessThanOrEqual(summary.analysableS);
          expect(summary.strata.reduce((s, stratum) => s + stratum.afS, 0)).toBeCloseTo(inRuns);
          if (summary.bounds === null) return;
          expect(summary.bounds.low).toBeLessThanOrEqual(summary.bounds.high);
          expect(summary.bounds.high).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
