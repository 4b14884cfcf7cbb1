/** A recording's classes by time, as parts of a bar and as words. */
import type { Composition } from '../../../src-main/contract/domain.ts';
import { analysableS, signalS } from '../../state/row-measures.ts';
import { duration, share } from '../words.ts';

export interface Part {
  readonly mark: 'normal' | 'af' | 'other' | 'noise' | 'gap';
  readonly word: string;
  readonly seconds: number;
}

/** In the order of every list: N A O ~ gap. */
function partsOf(composition: Composition): readonly Part[] {
  return [
    { mark: 'normal', word: 'Normal', seconds: composition.normal },
    { mark: 'af', word: 'AF', seconds: composition.af },
    { mark: 'other', word: 'Other', seconds: composition.other },
    { mark: 'noise', word: 'Noise', seconds: composition.noise },
    { mark: 'gap', word: 'No signal', seconds: composition.noSignal },
  ];
}

/** Parts that are there. */
export function compositionParts(composition: Composition): readonly Part[] {
  return partsOf(composition).filter((part) => part.seconds > 0);
}

/** One line of the table that the list and the review show: the same numbers in both. */
export interface CompositionLine {
  readonly mark: Part['mark'] | 'uncertain';
  readonly word: string;
  readonly seconds: number;
  /** `2 h 37 min`, `0 s`, or `not assessed`. */
  readonly time: string;
  readonly share: string;
  /** What the share is of, where that is not the analysable time. */
  readonly hint?: string;
}

/**
 * Every part with its share of the analysable time, which noise and missing signal have none of.
 * Where nothing could be analysed, no rhythm was assessed; where nothing was found, neither was the
 * signal.
 * An uncertain window is in the part of its leading class, as in the AF burden, and is said once
 * more at the end: apart, AF would have one share here and another in the report. That class can be
 * noise, so uncertain windows are counted among all with a signal: of the analysable time they could
 * be more than there is.
 */
export function compositionLines(composition: Composition): readonly CompositionLine[] {
  const analysable = analysableS(composition);
  const shareOf = (seconds: number): string => share(seconds, analysable) ?? '';
  const { uncertain } = composition;
  const signal = signalS(composition);
  const found = signal + composition.noSignal;
  return [
    ...partsOf(composition).map((part) =>
      part.mark === 'noise' || part.mark === 'gap'
        ? { ...part, time: timeOf(part.seconds, found), share: found > 0 ? 'left out' : '' }
        : { ...part, time: timeOf(part.seconds, analysable), share: shareOf(part.seconds) },
    ),
    {
      mark: 'uncertain',
      word: uncertainWord(composition),
      seconds: uncertain,
      time: timeOf(uncertain, signal),
      share: share(uncertain, signal) ?? '',
      ...(composition.noise > 0 ? { hint: 'Of the time with a signal, noise included' } : {}),
    },
  ];
}

/** `it` is the analysable time, `all` has the noise as well. */
function uncertainWord({ noise }: Composition): string {
  return noise > 0 ? 'Of all uncertain' : 'Of it uncertain';
}

function timeOf(seconds: number, assessedS: number): string {
  if (!(assessedS > 0)) return 'not assessed';
  return seconds > 0 ? duration(seconds) : '0 s';
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
  if (composition.uncertain > 0)
    sentences.push(`${uncertainWord(composition)} ${duration(composition.uncertain)}.`);
  return sentences.join(' ');
}

const WORDS = { normal: 'Normal', af: 'AF', other: 'Other' } as const;
