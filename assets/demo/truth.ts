/** What is true of a synthetic recording, as a WFDB annotation file. */
import type { Beat, RhythmInterval } from './beats.ts';
import type { SyntheticRecording } from './synthesise.ts';

/** Codes of the MIT annotation format (wfdb, ecgcodes.h). */
const CODE = { normal: 1, ventricular: 5, atrial: 8, paced: 12, rhythm: 28 } as const;
const SKIP = 59;
const AUX = 63;

const RHYTHM_NAMES: Readonly<Record<RhythmInterval['kind'], string>> = {
  sinus: '(N',
  af: '(AFIB',
  flutter: '(AFL',
  bigeminy: '(B',
  paced: '(P',
};

function codeOf(origin: Beat['origin']): number {
  switch (origin) {
    case 'sinus':
    case 'fibrillating':
    case 'fluttering':
      return CODE.normal;
    case 'ventricular':
      return CODE.ventricular;
    case 'atrial':
      return CODE.atrial;
    case 'paced':
      return CODE.paced;
  }
}

/** Bytes of the `.atr`: every rhythm's beginning and every beat, MIT format, in time order. */
export function truthFile(recording: SyntheticRecording): Uint8Array {
  const { samplingHz } = recording.spec;
  const entries = [
    ...recording.rhythms.map(({ fromS, kind }) => ({
      sample: Math.round(fromS * samplingHz),
      code: CODE.rhythm as number,
      aux: RHYTHM_NAMES[kind],
    })),
    ...recording.beats.map(({ timeS, origin }) => ({
      sample: Math.round(timeS * samplingHz),
      code: codeOf(origin),
      aux: '',
    })),
  ].sort((a, b) => a.sample - b.sample || b.code - a.code);
  const bytes: number[] = [];
  const word = (value: number) => bytes.push(value & 255, (value >> 8) & 255);
  let last = 0;
  for (const { sample, code, aux } of entries) {
    let since = sample - last;
    if (since > 1023) {
      word(SKIP << 10);
      word(since >>> 16); // the high half first, as the PDP-11 had it
      word(since & 0xffff);
      since = 0;
    }
    word((code << 10) | since);
    if (aux) {
      word((AUX << 10) | aux.length);
      for (const letter of aux) bytes.push(letter.charCodeAt(0));
      if (aux.length % 2) bytes.push(0);
    }
    last = sample;
  }
  word(0);
  return Uint8Array.from(bytes);
}
