import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  lowestWhereAllBut,
  lowestWhereAllHit,
  wilson,
} from '../../../src-main/report/evaluation/binomial.ts';
import type { Estimate } from '../../../src-main/report/evaluation/estimate.ts';
import { figuresOf } from '../../../src-main/report/evaluation/figures.ts';
import type { Judged } from '../../../src-main/report/evaluation/observation.ts';
import { restsOn, withInterval } from '../../../src-main/report/evaluation/printed.ts';

const [NORMAL, AF, OTHER] = [0, 1, 2] as const;

/** Windows of one person: `times` of the reference that were called so. */
function windows(subject: string, reference: number, called: number, times = 10): Judged[] {
  return Array.from({ length: times }, () => ({
    ...{ subject, reference, called, confidence: 0.9, uncertain: false },
  }));
}

/** Persons of ten windows each, all of them right. */
function persons(count: number, reference: number): Judged[] {
  return Array.from({ length: count }, (_, at) =>
    windows(`${reference}-${at}`, reference, reference),
  ).flat();
}

function afOf(judged: readonly Judged[]) {
  const figures = figuresOf(judged, 0.05);
  const af = figures.classes.find(({ label }) => label === 'af');
  if (!af) throw new Error('AF is a class.');
  return { ...af, figures };
}

describe("Wilson's interval", () => {
  // scipy.stats.binomtest(hits, trials).proportion_ci(method='wilson') of scipy 1.17.1
  it.each([
    [15, 20, 0.53129912, 0.88813829],
    [1, 1, 0.20654931, 1],
    [0, 3, 0, 0.56149703],
    [417, 500, 0.79886468, 0.86404226],
  ])('of %d of %d is that of scipy', (hits, trials, low, high) => {
    const found = wilson(hits, trials);
    expect(found.low).toBeCloseTo(low, 6);
    expect(found.high).toBeCloseTo(high, 6);
  });

  it('holds the share and lies within 0 and 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (trials, part) => {
          const hits = Math.round(part * trials);
          const { low, high } = wilson(hits, trials);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(hits / trials + 1e-12);
          expect(high).toBeGreaterThanOrEqual(hits / trials - 1e-12);
        },
      ),
    );
  });
});

describe('an interval', () => {
  it('where every window hits is the exact one by people', () => {
    // scipy.stats.binomtest(n, n).proportion_ci(method='exact') of scipy 1.17.1
    expect(lowestWhereAllHit(1, 0.025)).toBeCloseTo(0.025, 10);
    expect(lowestWhereAllHit(3, 0.025)).toBeCloseTo(0.29240177, 8);
    expect(lowestWhereAllHit(26, 0.025)).toBeCloseTo(0.8677254, 7);
    const { sensitivity } = afOf([...persons(3, AF), ...persons(26, NORMAL)]);
    expect(sensitivity).toMatchObject({ value: 1, high: 1, interval: 'exact', people: 3 });
    expect(sensitivity.low).toBeCloseTo(0.29240177, 8);
  });

  it('where none hits is its mirror', () => {
    const missed = [0, 1, 2].flatMap((at) => windows(`m${at}`, AF, NORMAL));
    const { sensitivity } = afOf([...missed, ...persons(9, NORMAL)]);
    expect(sensitivity).toMatchObject({ value: 0, low: 0, interval: 'exact', people: 3 });
    expect(sensitivity.high).toBeCloseTo(1 - 0.29240177, 8);
  });

  it('is not told where fewer than five people have the class', () => {
    const judged = [...persons(4, AF), ...windows('1-0', AF, NORMAL, 1), ...persons(20, NORMAL)];
    const { sensitivity, f1, specificity } = afOf(judged);
    for (const estimate of [sensitivity, f1]) {
      expect(estimate).toMatchObject({ low: null, high: null, interval: null, people: 4 });
    }
    expect(specificity).toMatchObject({ interval: 'exact', people: 20 });
    const five = [...judged, ...windows('fifth', AF, AF)];
    expect(afOf(five).sensitivity).toMatchObject({ interval: 'exact', people: 5, erring: 1 });
    const erring = [0, 1, 2].flatMap((at) => windows(`1-${at}`, AF, NORMAL, 1));
    const { sensitivity: drawn } = afOf([...five, ...erring]);
    expect(drawn).toMatchObject({ interval: 'bootstrap', people: 5, erring: 3 });
  });

  it('where one or two of many people err is as wide as the exact one by people', () => {
    // scipy.stats.binomtest(n - errors, n).proportion_ci(method='exact').low of scipy 1.17.1
    expect(lowestWhereAllBut(1, 5, 0.025)).toBeCloseTo(0.28358206, 8);
    expect(lowestWhereAllBut(2, 26, 0.025)).toBeCloseTo(0.74869708, 8);
    expect(lowestWhereAllBut(2, 8528, 0.025)).toBeCloseTo(0.99915309, 8);
    expect(lowestWhereAllBut(0, 3, 0.025)).toBe(lowestWhereAllHit(3, 0.025));
    const people = [...persons(24, AF), ...[24, 25].flatMap((at) => windows(`x${at}`, AF, AF, 8))];
    const errors = [24, 25].flatMap((at) => windows(`x${at}`, AF, NORMAL, 2));
    const { sensitivity } = afOf([...people, ...errors, ...persons(9, NORMAL)]);
    expect(sensitivity).toMatchObject({ interval: 'exact', high: 1, people: 26, erring: 2 });
    expect(sensitivity.value).toBeCloseTo(256 / 260, 10);
    expect(sensitivity.low).toBeCloseTo(0.74869708, 8);
    // Where one or two hit, the mirror.
    const mirrored = afOf([
      ...Array.from({ length: 24 }, (_, at) => windows(`m${at}`, AF, NORMAL)).flat(),
      ...[24, 25].flatMap((at) => [
        ...windows(`x${at}`, AF, AF, 2),
        ...windows(`x${at}`, AF, 0, 8),
      ]),
      ...persons(9, NORMAL),
    ]).sensitivity;
    expect(mirrored).toMatchObject({ interval: 'exact', low: 0, people: 26, erring: 26 });
    expect(mirrored.high).toBeCloseTo(1 - 0.74869708, 8);
  });

  it('holds the value where the one who errs has most of the windows', () => {
    const { sensitivity } = afOf([
      ...persons(20, AF),
      ...windows('long', AF, NORMAL, 2000),
      ...persons(9, NORMAL),
    ]);
    expect(sensitivity).toMatchObject({ interval: 'exact', erring: 1, high: 1 });
    expect(sensitivity.low).toBeLessThan(sensitivity.value ?? NaN);
  });

  it('of a PPV is not told where the true come from three people and the false from many', () => {
    const wrong = Array.from({ length: 12 }, (_, at) => windows(`w${at}`, OTHER, AF, 2)).flat();
    const { ppv } = afOf([...persons(3, AF), ...wrong, ...persons(20, NORMAL)]);
    expect(ppv).toMatchObject({ low: null, interval: null, people: 3 });
    expect(ppv.value).toBeCloseTo(30 / 54, 10);
  });

  it('of an F1 of 1 comes from the share TP / (TP + FN + FP), whose limit is exact', () => {
    const { f1 } = afOf([...persons(3, AF), ...persons(9, NORMAL)]);
    const jaccard = lowestWhereAllHit(3, 0.025);
    expect(f1).toMatchObject({ value: 1, high: 1, interval: 'exact' });
    expect(f1.low).toBeCloseTo((2 * jaccard) / (1 + jaccard), 10);
  });

  it('of PPV and NPV in use takes the bounds of both shares where one of them is exact', () => {
    const wrong = Array.from({ length: 6 }, (_, at) => windows(`w${at}`, OTHER, AF, 1 + at)).flat();
    const { figures } = afOf([...persons(3, AF), ...wrong, ...persons(20, NORMAL)]);
    const { afPpvAtPrevalence: ppv, afNpvAtPrevalence: npv } = figures;
    expect(ppv).toMatchObject({ interval: 'bounds', people: 3 });
    expect(npv).toMatchObject({ value: 1, high: 1, interval: 'bounds' });
    expect(ppv.low).toBeLessThan(ppv.value ?? NaN);
    expect(ppv.high).toBeGreaterThan(ppv.value ?? NaN);
    // Both shares have half of the 5 %: the least sensitivity of three people is 0.0125^(1/3).
    const least = 0.0125 ** (1 / 3);
    expect(npv.low).toBeLessThan((0.95 * 0.99) / (0.95 * 0.99 + 0.05 * (1 - least)));
    expect(npv.low).toBeGreaterThan(0.9);
  });

  it('by the bootstrap is the same on every run, holds the value, and is wide for few people', () => {
    const people = Array.from({ length: 40 }, (_, at) => [
      ...windows(`p${at}`, AF, AF, 1 + (at % 7)),
      ...windows(`p${at}`, AF, NORMAL, at % 3),
      ...windows(`p${at}`, NORMAL, NORMAL, 3),
    ]).flat();
    const width = ({ low, high }: Estimate) => (high ?? NaN) - (low ?? NaN);
    const { sensitivity, reference } = afOf(people);
    const value = sensitivity.value ?? NaN;
    expect(afOf(people).sensitivity).toEqual(sensitivity);
    expect(sensitivity.low).toBeLessThan(value);
    expect(sensitivity.high).toBeGreaterThan(value);
    // As if each window were of another person; ten times as many windows of the same people.
    const apart = people.map((one, index) => ({ ...one, subject: String(index) }));
    const half = 1.96 * Math.sqrt((value * (1 - value)) / reference);
    expect(afOf(apart).sensitivity.low).toBeCloseTo(value - half, 1);
    const alike = Array.from({ length: 10 }, () => people).flat();
    const aloof = alike.map((one, index) => ({ ...one, subject: String(index) }));
    expect(width(afOf(alike).sensitivity)).toBeGreaterThan(2 * width(afOf(aloof).sensitivity));
  });

  it('is none of what the set says nothing about', () => {
    const { ppv, sensitivity, figures } = afOf([
      ...persons(6, NORMAL),
      ...windows('w', NORMAL, AF, 1),
    ]);
    for (const estimate of [ppv, sensitivity, figures.meanF1OfFour, figures.afPpvAtPrevalence]) {
      expect(estimate).toMatchObject({ value: null, interval: null });
      expect([withInterval(estimate), restsOn(estimate, 'patients')]).toEqual(['not assessed', '']);
    }
  });

  it('is printed with the people that it rests on', () => {
    const { sensitivity, f1 } = afOf([
      ...persons(3, AF),
      ...windows('w', NORMAL, AF, 1),
      ...persons(9, NORMAL),
    ]);
    expect(withInterval(sensitivity)).toBe('1.000 (0.292-1.000)');
    expect(restsOn(sensitivity, 'patients')).toBe('3 patients, exact');
    expect(withInterval(f1)).toBe('0.984');
    expect(restsOn(f1, 'recordings')).toBe('not told: 3 recordings');
    expect(restsOn({ ...sensitivity, people: 1 }, 'patients')).toBe('1 patient, exact');
    const { specificity } = afOf([...persons(5, NORMAL), ...windows('w', NORMAL, AF, 1)]);
    expect(restsOn(specificity, 'patients')).toBe('6 patients; 1 err, exact');
    const drawn = { ...specificity, interval: 'bootstrap', erring: 1200 } as const;
    expect(restsOn(drawn, 'recordings')).toBe('6 recordings; 1,200 err');
  });
});
