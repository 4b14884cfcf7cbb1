/** The samples of an aECG series: one or more sequence sets, each on a time axis of its own. */
import type { ImportNote } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { distinctNames } from '../distinct-names.ts';
import type { HeldLead } from '../held-recording.ts';
import { leadNameOf } from '../lead-names.ts';
import { LIMITS } from '../limits.ts';
import { NO_SAMPLE } from '../reader.ts';
import { axisOf, isTime, type Axis } from './axis.ts';
import { valuesOf, type Values } from './values.ts';
import type { XmlElement } from '../xml.ts';

/** Samples of one lead that follow one another, with where they lie on the axis of the series. */
interface Block extends Values {
  readonly from: number;
  readonly samplingHz: number;
}

/** Blocks of one lead on one scale, none of which covers another. */
interface Track {
  readonly code: string;
  readonly first: Block;
  readonly blocks: Block[];
  begin: number;
  end: number;
}

export interface SeriesSamples {
  /** In the order of the document. */
  readonly leads: readonly HeldLead[];
  /** Milliseconds of sample 0, and of the zero that relative times count from. */
  readonly startMs: number;
  readonly zeroMs: number;
  /** Whether these are since 1970, or only since the series' own beginning. */
  readonly dated: boolean;
}

/** `originMs` is when the series began by its effective time; null where it states none. */
export function readSeries(
  series: XmlElement,
  originMs: number | null,
  notes: ImportNote[],
): SeriesSamples {
  const sets = series.all('component', 'sequenceSet').map((set) => {
    const sequences = set.all('component', 'sequence');
    return { axis: axisOf(sequences), leads: sequences.filter((one) => !isTime(one)) };
  });
  const heads = sets.flatMap(({ axis }) => (axis.headMs === null ? [] : [axis.headMs]));
  const zeroMs = originMs ?? heads.reduce((least, head) => Math.min(least, head), heads[0] ?? 0);
  const headOf = ({ headMs, headS }: Axis) => headMs ?? zeroMs + headS * 1000;
  const startMs = sets.reduce((least, { axis }) => Math.min(least, headOf(axis)), Infinity);
  const tracks: Track[] = [];
  const empty = new Set<string>();
  for (const { axis, leads } of sets) {
    const samplingHz = rounded(1 / axis.incrementS);
    const from = Math.round(((headOf(axis) - startMs) / 1000) * samplingHz);
    for (const [index, sequence] of leads.entries()) {
      const code = codeOf(sequence, index);
      const values = valuesOf(sequence, code);
      if (values.digits.length === 0) empty.add(leadNameOf(code));
      else addBlock(tracks, code, { ...values, from, samplingHz });
    }
  }
  if (empty.size > 0) notes.push(withoutSamples([...empty]));
  if (tracks.length === 0) {
    throw new RhythmarkError(
      'damaged-file',
      'The aECG series holds a time axis but no leads with samples (element <digits>).',
    );
  }
  const names = distinctNames(
    tracks.map(({ code }) => leadNameOf(code)),
    notes,
  );
  return {
    leads: tracks.map((track, i) => leadOf(names[i] ?? track.code, track, notes)),
    startMs,
    zeroMs,
    dated: originMs !== null || heads.length > 0,
  };
}

/** A lead without a code must not be taken for another one without. */
function codeOf(sequence: XmlElement, index: number): string {
  const code = sequence.first('code');
  return code.attribute('code') || code.attribute('displayName') || `Lead ${index + 1}`;
}

function withoutSamples(names: readonly string[]): ImportNote {
  return {
    kind: 'ignored',
    code: 'aecg-no-digits',
    message: `The file names ${names.join(', ')} without samples (element <digits>).`,
  };
}

/** Continues the lead of that code; what is on another scale or covers it becomes one beside it. */
function addBlock(tracks: Track[], code: string, block: Block): void {
  const to = block.from + block.digits.length;
  // Times are printed to the millisecond: neighbours may seem to share a sample.
  const track = tracks.find(
    (one) =>
      one.code === code &&
      (block.from >= one.end - 1 || to <= one.begin + 1) &&
      sameScale(one.first, block),
  );
  if (track) {
    track.blocks.push(block);
    track.begin = Math.min(track.begin, block.from);
    track.end = Math.max(track.end, to);
    return;
  }
  tracks.push({ code, first: block, blocks: [block], begin: block.from, end: to });
  if (tracks.length > LIMITS.leads) {
    throw new RhythmarkError('too-large', `The aECG series names over ${LIMITS.leads} leads.`);
  }
}

function sameScale(a: Block, b: Block): boolean {
  return (
    a.samplingHz === b.samplingHz &&
    a.scale === b.scale &&
    a.offset === b.offset &&
    a.unit === b.unit &&
    a.calibrated === b.calibrated
  );
}

function leadOf(name: string, { first, blocks, end }: Track, notes: ImportNote[]): HeldLead {
  if (end > LIMITS.wholeFileBytes) {
    throw new RhythmarkError('too-large', `Lead ${name} spans ${end} samples.`);
  }
  if (!first.calibrated) {
    notes.push({
      kind: 'assumed',
      code: 'aecg-no-scale',
      message: `Lead ${name} states no voltage for its values: shown uncalibrated.`,
    });
  }
  const { unit, calibrated, samplingHz, scale, offset } = first;
  return {
    ...{ name, unit, calibrated, samplingHz, scale, offset },
    sampleCount: end,
    stored(from, to) {
      const out = new Int32Array(to - from).fill(NO_SAMPLE);
      for (const { from: start, digits } of blocks) {
        const begin = Math.max(from, start);
        const stop = Math.min(to, start + digits.length);
        if (begin < stop) out.set(digits.subarray(begin - start, stop - start), begin - from);
      }
      return out;
    },
  };
}

/** 1 / 0.002 is 500 exactly, 1 / 0.001953125 is 512: rates are whole to a millionth. */
function rounded(hz: number): number {
  const whole = Math.round(hz);
  return Math.abs(hz - whole) < whole * 1e-6 ? whole : hz;
}
