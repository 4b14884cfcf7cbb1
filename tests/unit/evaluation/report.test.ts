import { describe, expect, it } from 'vitest';
import { abstentionPlot } from '../../../src-main/report/evaluation/plots.ts';
import { abstentionCaveat } from '../../../src-main/report/evaluation/printed.ts';
import { evaluationPage } from '../../../src-main/report/evaluation/page.ts';
import { peopleTable } from '../../../src-main/report/evaluation/people.ts';
import { reliabilityPlot } from '../../../src-main/report/evaluation/reliability-plot.ts';
import { scoreOf } from '../../../src-main/report/evaluation/score.ts';
import { evaluationText } from '../../../src-main/report/evaluation/text.ts';
import { comparableReadings } from '../../../src-main/services/evaluate/comparable-readings.ts';
import { evaluationOf, windowsOf } from '../../fixtures/evaluation/an-evaluation.ts';

/** A recording of AF that is called wrongly in part, and `healthy` others that are right. */
function someWindows(healthy: number) {
  return [
    ...Array.from({ length: healthy }, (_, at) => windowsOf(`n${at}`, 'normal', 'normal', 9)),
    windowsOf('doubtful', 'normal', 'normal', 6),
    windowsOf('doubtful', 'normal', 'af', 2, 0.4),
    windowsOf('worst', 'af', 'af', 30),
    windowsOf('worst', 'af', 'other', 10),
  ].flat();
}

describe('the table by recording', () => {
  it('is there where the set states no patients, worst first', () => {
    const people = peopleTable(evaluationOf(someWindows(8)), 'cinc');
    expect(people?.title).toBe('By recording, worst first');
    expect(people?.rows.slice(0, 4)).toEqual([
      ['Recording', 'Windows', 'Uncertain', 'Right', 'AF found', 'Called AF wrongly'],
      ['worst', '40', '0', '30 (75.0 %)', '30 of 40', 'only AF'],
      ['doubtful', '8', '2', '6 (75.0 %)', 'has no AF', '2 of 8'],
      ['n0', '9', '0', '9 (100.0 %)', 'has no AF', '0 of 9'],
    ]);
    expect(people?.rows).toHaveLength(11);
    expect(people?.note).toBeNull();
    for (const written of [evaluationText, evaluationPage]) {
      expect(written(evaluationOf(someWindows(8)))).toContain('By recording, worst first');
    }
  });

  it('has 50 rows at most and says how many there are besides', () => {
    const people = peopleTable(evaluationOf(someWindows(60)), 'cinc');
    expect(people?.rows).toHaveLength(51);
    expect(people?.note).toBe('12 more recordings: evaluation.json has them all.');
    const page = evaluationPage(evaluationOf(someWindows(49)));
    expect(page).toContain('1 more recording: evaluation.json');
  });

  it('has no row of a recording without a window that is compared', () => {
    const evaluation = evaluationOf(someWindows(3));
    const [first] = evaluation.recordings;
    if (!first) throw new Error('There are recordings.');
    const nothing = Object.fromEntries(Object.keys(first.windows).map((key) => [key, 0]));
    const empty = { ...first, subject: 'empty', windows: { ...first.windows, ...nothing } };
    const recordings = [...evaluation.recordings, empty];
    const names = peopleTable({ ...evaluation, recordings }, 'cinc')?.rows.map(([name]) => name);
    expect(names).not.toContain('empty');
    expect(names).toHaveLength(6);
    expect(peopleTable({ ...evaluation, recordings: [empty] }, 'cinc')).toBeNull();
  });

  it('says that it would say nothing where nearly all have one window', () => {
    const single = Array.from({ length: 19 }, (_, at) => windowsOf(`p${at}`, 'af', 'af', 1));
    const windows = [...single.flat(), ...windowsOf('more', 'normal', 'normal', 3)];
    const evaluation = evaluationOf(windows, { subjects: 'patients' });
    expect(peopleTable(evaluation, 'cinc')).toEqual({
      title: 'By patient',
      rows: [],
      note: '19 of 20 patients have a single window: a table of them would say nothing. evaluation.json has them all.',
    });
    expect(evaluationText(evaluation)).toContain('19 of 20 patients have a single window');
  });
});

describe('the reading that fits the labels', () => {
  it('is the only one that a label of the set can mean', () => {
    const set = (...references: ('normal' | 'ectopy-or-other' | 'normal-or-ectopy')[]) =>
      references.map((reference) => ({ reference, windows: [] }));
    expect(comparableReadings(set('normal', 'ectopy-or-other'))).toEqual(['cinc']);
    expect(comparableReadings(set('normal', 'normal-or-ectopy'))).toEqual(['rhythm']);
    expect(comparableReadings(set('normal'))).toEqual(['cinc', 'rhythm']);
    const windows = windowsOf('r', 'normal-or-ectopy', 'normal', 1);
    expect(comparableReadings([{ reference: null, windows }])).toEqual(['rhythm']);
  });

  it('is whole and first, the other in short, and said not to be comparable', () => {
    const evaluation = evaluationOf(someWindows(8), { comparable: ['rhythm'] });
    const text = evaluationText(evaluation);
    expect(text.match(/^Prediction|^Kept/gm)).toHaveLength(1);
    expect(text.indexOf('reading rhythm:')).toBeLessThan(text.indexOf('Reading cinc:'));
    expect(text).toContain("Reading cinc: not comparable with this set's labels");
    expect(text).toContain('--reading cinc prints it whole.');
    const page = evaluationPage(evaluation);
    expect(page.match(/<details>/g)).toHaveLength(1);
    const [whole = '', folded = ''] = page.split('<details>');
    expect(whole.match(/<svg /g)).toHaveLength(3);
    expect(whole).toContain('Windows of 10 s, reading rhythm');
    expect(whole).not.toContain('reading cinc');
    expect(folded).toContain('Windows of 10 s, reading cinc');
    expect(folded).toMatch(/<summary><b>Reading cinc: not comparable/);
  });
});

describe('AF in use', () => {
  it('stands in one line with what is left unclassified and the people it rests on', () => {
    const text = evaluationText(evaluationOf(someWindows(8))).replace(/\s+/g, ' ');
    expect(text).toContain(
      'AF: sensitivity 0.750 (not told: 1 recording), specificity 1.000 (0.664-1.000; 9 recordings, exact); ' +
        'where 5 % is AF, PPV 1.000 (not told: 1 recording), NPV 0.987 (not told: 1 recording); 1.7 % unclassified',
    );
  });
});

describe('the text', () => {
  it('has lines that fit a page, and no 1 windows', () => {
    const long = windowsOf('a/very/long/folder/of/a/recording/in/the/study/2026', 'af', 'af', 3);
    const evaluation = evaluationOf([...someWindows(12), ...long], {
      notCompared: [
        { reason: 'class “PAT” is not known here', windows: 1 },
        { reason: 'no annotations', windows: 2 },
      ],
    });
    const text = evaluationText(evaluation);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(text).toContain('1 window: class “PAT” is not known here');
    expect(text).toContain('2 windows: no annotations');
    expect(text).not.toMatch(/\b1 (windows|recordings|patients)\b/);
    expect(text).not.toMatch(/^\s*%/m);
  });
});

describe('pictures of a score', () => {
  const scored = (windows: ReturnType<typeof windowsOf>) =>
    scoreOf(windows, { level: 'window', reading: 'cinc', threshold: 0.6, prevalence: 0.05 });

  /** As sure of each class as of the other. */
  const inTurn = (times: number, labels: readonly ('normal' | 'af' | 'other')[]) =>
    Array.from({ length: times }, () =>
      labels.flatMap((label) => windowsOf(label, label, label, 1)),
    ).flat();

  it('show how many windows a bin of the reliability diagram has, and faintly where few', () => {
    const score = scored([
      ...windowsOf('a', 'normal', 'normal', 417, 0.95),
      ...windowsOf('b', 'normal', 'af', 1, 0.45),
    ]);
    const { markup } = reliabilityPlot(score);
    expect(markup.match(/class="dot"/g)).toHaveLength(1);
    expect(markup.match(/class="dot few"/g)).toHaveLength(1);
    expect(markup.match(/class="whisker few"/g)).toHaveLength(1);
    expect(markup).toContain('>417</text>');
    const heights = [...markup.matchAll(/height="([^"]+)" class="bar( few)?"/g)];
    expect(heights.map(([, height, few]) => [Number(height), few])).toEqual([
      [1, ' few'],
      [40, undefined],
    ]);
  });

  it('leave a class of four windows out of the mean F1 of the abstention curve, and say so', () => {
    const score = scored([
      ...inTurn(60, ['normal', 'af']),
      ...windowsOf('c', 'other', 'normal', 4, 0.5),
    ]);
    expect(abstentionPlot(score).markup).toContain('dashed: mean F1 of Normal, AF<');
    expect(abstentionCaveat(score)).toBe(
      'Not in the mean F1, with fewer than 20: Other (4 windows).',
    );
    expect(score.abstention.every(({ meanF1 }) => meanF1 !== null)).toBe(true);
  });

  it('say where the mean F1 ends, and nothing where it holds all three to the end', () => {
    expect(abstentionCaveat(scored(inTurn(60, ['normal', 'af', 'other'])))).toBeNull();
    const unsure = [...inTurn(90, ['normal', 'other']), ...windowsOf('a', 'af', 'af', 25, 0.5)];
    expect(abstentionCaveat(scored(unsure))).toBe(
      'The mean F1 ends where a class in it has fewer than 20 left.',
    );
  });

  it('draw nothing outside their frame', () => {
    const score = scored(someWindows(8));
    for (const plot of [reliabilityPlot, abstentionPlot]) {
      const { markup } = plot(score);
      for (const [, number = ''] of markup.matchAll(
        / (?:x|y|x1|x2|y1|y2|cx|cy|width|height)="([^"]*)"/g,
      )) {
        expect(Number(number)).toBeGreaterThanOrEqual(0);
        expect(Number(number)).toBeLessThanOrEqual(360);
      }
    }
  });
});
