import { describe, expect, it } from 'vitest';
import { annotationOfClass } from '../../../src-main/formats/cachet-classes.ts';

describe('a class of CACHET-CADB', () => {
  it.each([
    ['(AFIB', ['1', '1.0', 'AF', 'af', ' AFIB ', 'Atrial Fibrillation', 'atrial_fibrillation']],
    ['(N', ['2', 'NSR', 'Normal', 'sinus rhythm', 'Normal-Sinus-Rhythm']],
    ['Noise', ['3', 'Noise', 'artifact', 'Artefact']],
    ['(OTHER', ['4', 'Others', 'OTHER']],
  ])('%s is known by its code and by its words', (aux, written) => {
    expect(written.map((word) => annotationOfClass(word).aux)).toEqual(written.map(() => aux));
    const symbol = aux === 'Noise' ? '~' : '+';
    expect(annotationOfClass(written[0] ?? '').symbol).toBe(symbol);
  });

  it('is not guessed: what may mean two things, or nothing, is kept by its name', () => {
    for (const written of ['N', 'A', 'PAT', '5', '1.5', '10']) {
      expect(annotationOfClass(written)).toEqual({ symbol: '"', aux: written });
    }
    expect(annotationOfClass(' ')).toEqual({ symbol: '"', aux: 'empty' });
    expect(annotationOfClass('x'.repeat(1000)).aux).toHaveLength(40);
  });
});
