/**
 * CACHET-CADB's four classes as WFDB annotations. The database writes them as codes; people who
 * lay out their own recordings like it write words, and a spreadsheet writes 1.0 for 1.
 */

/** Symbol and aux of a WFDB annotation. */
export interface ClassAnnotation {
  readonly symbol: string;
  readonly aux: string;
}

const CLASSES: readonly (ClassAnnotation & { readonly words: readonly string[] })[] = [
  { symbol: '+', aux: '(AFIB', words: ['1', 'af', 'afib', '(afib', 'atrial fibrillation'] },
  {
    symbol: '+',
    aux: '(N',
    words: ['2', 'nsr', 'sr', 'normal', '(n', 'sinus rhythm', 'normal sinus rhythm'],
  },
  { symbol: '~', aux: 'Noise', words: ['3', 'noise', 'noisy', 'artifact', 'artefact'] },
  // "Any other rhythm."
  { symbol: '+', aux: '(OTHER', words: ['4', 'other', 'others', 'other rhythm'] },
];

const BY_WORD: ReadonlyMap<string, ClassAnnotation> = new Map(
  CLASSES.flatMap(({ symbol, aux, words }) => words.map((word) => [word, { symbol, aux }])),
);

/** No class has a longer name; what is longer is cut where it is told. */
const LONGEST_NAME = 40;

/**
 * A class that nobody here knows is a comment of its own name, so that it can be told. A letter
 * alone is not guessed at: N is both Normal and Noise.
 */
export function annotationOfClass(written: string): ClassAnnotation {
  const word = written
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .replace(/^(\d+)\.0*$/, '$1');
  const name = written.trim().slice(0, LONGEST_NAME) || 'empty';
  return BY_WORD.get(word) ?? { symbol: '"', aux: name };
}
