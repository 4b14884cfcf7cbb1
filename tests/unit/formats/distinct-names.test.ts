import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ImportNote } from '../../../src-main/contract/domain.ts';
import { distinctNames } from '../../../src-main/formats/distinct-names.ts';

it.each([
  [
    ['II', 'II', 'II'],
    ['II', 'II (2)', 'II (3)'],
  ],
  [
    ['II', 'II (2)', 'II'],
    ['II', 'II (2)', 'II (3)'],
  ],
  [
    ['II', 'II', 'II (2)'],
    ['II', 'II (3)', 'II (2)'],
  ],
])('%j become %j', (names, own) => {
  expect(distinctNames(names, [])).toEqual(own);
});

it('no two names are alike, each first one is kept, and each change is noted', () => {
  const name = fc.constantFrom('II', 'II (2)', 'II (3)', 'II (2) (2)', 'V1');
  fc.assert(
    fc.property(fc.array(name, { maxLength: 12 }), (names) => {
      const notes: ImportNote[] = [];
      const own = distinctNames(names, notes);
      expect(new Set(own).size).toBe(names.length);
      const changed = own.filter((one, i) => one !== names[i]);
      expect(changed.length).toBe(names.length - new Set(names).size);
      expect(notes.length).toBe(changed.length);
    }),
  );
});
