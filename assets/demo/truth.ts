/** What is true of a synthetic recording, as a WFDB annotation file. */
import { encodeAnnotations } from '../../src-main/formats/wfdb/write-annotations.ts';
import type { Beat, RhythmInterval } from './beats.ts';
import type { SyntheticRecording } from './synthesise.ts';

/** Names of rhythms and beats as the MIT-BIH databases write them. */
const RHYTHM_NAMES: Readonly<Record<RhythmInterval['kind'], string>> = {
  sinus: '(N',
  af: '(AFIB',
  flutter: '(AFL',
  bigeminy: '(B',
  paced: '(P',
};
const BEAT_SYMBOLS: Readonly<Record<Beat['origin'], string>> = {
  sinus: 'N',
  fibrillating: 'N',
  fluttering: 'N',
  ventricular: 'V',
  atrial: 'A',
  paced: '/',
};

/** Bytes of the `.atr`: every rhythm's beginning (before a beat of the same sample) and every beat. */
export function truthFile({ spec, rhythms, beats }: SyntheticRecording): Uint8Array {
  const { samplingHz } = spec;
  const mark = (timeS: number, symbol: string, aux: string) => ({
    sample: Math.round(timeS * samplingHz),
    symbol,
    aux,
    subtype: 0,
    channel: 0,
    num: 0,
  });
  const annotations = [
    ...rhythms.map(({ fromS, kind }) => mark(fromS, '+', RHYTHM_NAMES[kind])),
    ...beats.map(({ timeS, origin }) => mark(timeS, BEAT_SYMBOLS[origin], '')),
  ];
  return encodeAnnotations({ annotator: 'atr', samplingHz, annotations });
}
