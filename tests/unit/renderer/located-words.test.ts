import { describe, expect, it } from 'vitest';
import type { Located } from '../../../src-main/contract/api.ts';
import { differenceWords, locatedWords } from '../../../src-renderer/views/located-words.ts';
import { row } from './rows.ts';

describe('what is said of a recording that was located', () => {
  const night = row({ name: 'night', folder: 'archive' });
  const found = { kind: 'located', row: night, replaced: [] } as const;

  it('names it and where it is', () => {
    expect(locatedWords(found, null)).toBe('night found in archive.');
  });

  it('counts the others, those that are still missing, and rows that left the list', () => {
    const others = { located: ['a', 'b'], replaced: ['c'], missing: 1 };
    expect(locatedWords({ ...found, replaced: ['d'] }, others)).toBe(
      'night and 2 others found in archive. 1 is still missing. 2 rows listed there meanwhile left the list.',
    );
    expect(locatedWords(found, { located: ['a'], replaced: [], missing: 12 })).toBe(
      'night and 1 other found in archive. 12 are still missing.',
    );
  });
});

describe('what is said of a file that is another recording', () => {
  const lead = { name: 'V1', unit: 'mV', calibrated: true, samplingHz: 500, sampleCount: 5000 };
  const another: Extract<Located, { kind: 'another' }> = {
    kind: 'another',
    token: 't',
    name: 'b',
    differs: 'length',
    header: { durationS: 44, start: null, leads: [lead] },
  };
  const known = row({ name: 'a', durationS: 30 });

  it('is the plainest difference, both sides of it', () => {
    const words = (differs: typeof another.differs) =>
      differenceWords({ ...another, differs }, known);
    expect(words('length')).toBe('b lasts 44 s, a 30 s.');
    expect(words('start')).toBe('b starts not stated, a 2026-06-11 09:12.');
    expect(words('leads')).toBe('b has V1, a II V1 V5.');
    expect(words('rate')).toBe('b has 500 Hz, a 250 Hz.');
    expect(words('samples')).toBe('b has the length and leads of a, but not its samples.');
    expect(words(null)).toMatch(/^Too little was read of a .* whether b is the same\.$/);
  });

  it('names no patient', () => {
    const words = differenceWords({ ...another, differs: 'patient' }, known);
    expect(words).toBe('b names another patient than a.');
  });
});
