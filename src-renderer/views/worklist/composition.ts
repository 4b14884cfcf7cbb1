/** A recording's classes by time, as parts of a bar and as words. */
import type { Composition } from '../../../src-main/contract/domain.ts';
import { analysableS } from '../../state/row-measures.ts';
import { duration, share } from '../words.ts';

export interface Part {
  readonly mark: 'normal' | 'af' | 'other' | 'noise' | 'gap';
  readonly word: string;
  readonly seconds: number;
}

/** Parts that are there, in the order of every list: N A O ~ gap. */
export function compositionParts(composition: Composition): readonly Part[] {
  const parts: readonly Part[] = [
    { mark: 'normal', word: 'Normal', seconds: composition.normal },
    { mark: 'af', word: 'AF', seconds: composition.af },
    { mark: 'other', word: 'Other', seconds: composition.other },
    { mark: 'noise', word: 'Noise', seconds: composition.noise },
    { mark: 'gap', word: 'No signal', seconds: composition.noSignal },
  ];
  return parts.filter((part) => part.seconds > 0);
}

/** `Of 22 h 50 min analysable: Normal 91.0 %, AF 9.0 %. Noise 46 min.` */
export function compositionWords(composition: Composition): string {
  const analysable = analysableS(composition);
  const shares = (['normal', 'af', 'other'] as const)
    .filter((name) => composition[name] > 0)
    .map((name) => `${WORDS[name]} ${share(composition[name], analysable) ?? ''}`);
  const sentences = [
    analysable > 0
      ? `Of ${duration(analysable)} analysable: ${shares.join(', ')}.`
      : 'Nothing analysable.',
  ];
  if (composition.noise > 0) sentences.push(`Noise ${duration(composition.noise)}.`);
  if (composition.noSignal > 0) sentences.push(`No signal ${duration(composition.noSignal)}.`);
  if (composition.uncertain > 0) sentences.push(`Uncertain ${duration(composition.uncertain)}.`);
  return sentences.join(' ');
}

const WORDS = { normal: 'Normal', af: 'AF', other: 'Other' } as const;
