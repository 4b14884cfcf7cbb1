/** The samples of an aECG series: one or more sequence sets, each on a time axis of its own. */
import type { ImportNote } from '../../contract/domain.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import type { HeldLead } from '../held-recording.ts';
import { leadNameOf } from '../lead-names.ts';
import { LIMITS } from '../limits.ts';
import { NO_SAMPLE } from '../reader.ts';
import { millivoltsPer } from '../voltage.ts';
import { numberOf, type XmlElement } from '../xml.ts';
import { millisecondsOf } from './time.ts';

const SECONDS_PER: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, min: 60 };

/** Largest sample of 32 bits; the one below it stands for a missing sample. */
const MOST_DIGIT = 2 ** 31 - 1;

interface Axis {
  /** Absolute milliseconds of sample 0, or of the series' own zero for a relative axis. */
  readonly headMs: number;
  readonly incrementS: number;
}

interface Block {
  readonly axis: Axis;
  readonly digits: Int32Array;
  readonly scale: number;
  readonly offset: number;
  readonly unit: string;
}

/** Leads of a series in the order of the document; `startMs` is the time of sample 0. */
export function readSeries(
  series: XmlElement,
  notes: ImportNote[],
): { leads: HeldLead[]; startMs: number } {
  const byLead = new Map<string, Block[]>();
  let startMs = Infinity;
  for (const set of series.all('component', 'sequenceSet')) {
    const sequences = set.all('component', 'sequence');
    const axis = axisOf(sequences);
    startMs = Math.min(startMs, axis.headMs);
    for (const sequence of sequences) {
      const code = sequence.first('code').attribute('code');
      if (code.startsWith('TIME_')) continue;
      const block = blockOf(sequence, axis, code);
      const name = leadNameOf(code);
      const blocks = byLead.get(name);
      if (blocks) blocks.push(block);
      else byLead.set(name, [block]);
    }
  }
  if (byLead.size === 0) {
    throw new RhythmarkError('damaged-file', 'The aECG series holds a time axis but no leads.');
  }
  if (byLead.size > LIMITS.leads) {
    throw new RhythmarkError('too-large', `The aECG series names ${byLead.size} leads.`);
  }
  const leads = [...byLead].map(([name, blocks]) => leadOf(name, blocks, startMs, notes));
  return { leads, startMs };
}

function axisOf(sequences: readonly XmlElement[]): Axis {
  const time = sequences.find((sequence) =>
    sequence.first('code').attribute('code').startsWith('TIME_'),
  );
  const value = time?.first('value');
  const increment = value?.first('increment');
  const unit = increment?.attribute('unit') ?? '';
  const incrementS = numberOf(increment?.attribute('value') ?? '') * (SECONDS_PER[unit] ?? NaN);
  if (!(incrementS > 0)) {
    throw new RhythmarkError(
      'damaged-file',
      'The aECG time axis states no increment, so the sampling rate is not known (element <increment>).',
    );
  }
  const head = value?.first('head').attribute('value') ?? '';
  const relative = time?.first('code').attribute('code') === 'TIME_RELATIVE';
  const headUnit = SECONDS_PER[value?.first('head').attribute('unit') ?? ''] ?? 1;
  const headMs = relative ? numberOf(head) * headUnit * 1000 : millisecondsOf(head);
  return { headMs: Number.isNaN(headMs) ? 0 : headMs, incrementS };
}

function blockOf(sequence: XmlElement, axis: Axis, code: string): Block {
  const value = sequence.first('value');
  const origin = value.first('origin');
  const scale = value.first('scale');
  const text = value.first('digits').text;
  const words = text === '' ? [] : text.split(/\s+/);
  const digits = new Int32Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const digit = Number(words[i]);
    if (!Number.isInteger(digit) || Math.abs(digit) > MOST_DIGIT) {
      throw new RhythmarkError(
        'damaged-file',
        `Value ${i + 1} of ${code} is "${(words[i] ?? '').slice(0, 16)}", not a whole number of 32 bits (element <digits>).`,
      );
    }
    digits[i] = digit;
  }
  return {
    axis,
    digits,
    scale: numberOf(scale.attribute('value')),
    offset: numberOf(origin.attribute('value')) || 0,
    unit: scale.attribute('unit'),
  };
}

function leadOf(
  name: string,
  blocks: readonly Block[],
  startMs: number,
  notes: ImportNote[],
): HeldLead {
  const [first] = blocks;
  if (!first) throw new RhythmarkError('damaged-file', `Lead ${name} holds no samples.`);
  const samplingHz = rounded(1 / first.axis.incrementS);
  const placed = blocks.map((block) => {
    const from = Math.round(((block.axis.headMs - startMs) / 1000) * samplingHz);
    return { from, to: from + block.digits.length, digits: block.digits };
  });
  // Object.is: a block without a scale has NaN, which is the same in each.
  const differs = (b: Block): boolean =>
    !Object.is(b.scale, first.scale) || b.axis.incrementS !== first.axis.incrementS;
  if (blocks.some(differs)) {
    throw new RhythmarkError(
      'unsupported',
      `Lead ${name} changes its scale or sampling rate between sequence sets, which is not read here.`,
    );
  }
  const sampleCount = placed.reduce((most, { to }) => Math.max(most, to), 0);
  if (sampleCount > LIMITS.wholeFileBytes) {
    throw new RhythmarkError('too-large', `Lead ${name} spans ${sampleCount} samples.`);
  }
  const calibrated = Number.isFinite(first.scale) && first.scale !== 0;
  const toMv = millivoltsPer(first.unit);
  if (!calibrated || toMv === null) {
    notes.push({
      kind: 'assumed',
      code: 'aecg-no-scale',
      message: `Lead ${name} states no voltage for its values: shown uncalibrated.`,
    });
  }
  const factor = toMv ?? 1;
  return {
    name,
    unit: toMv === null ? first.unit : 'mV',
    calibrated: calibrated && toMv !== null,
    samplingHz,
    sampleCount,
    scale: calibrated ? first.scale * factor : 1,
    offset: calibrated ? first.offset * factor : 0,
    stored(from, to) {
      const out = new Int32Array(to - from).fill(NO_SAMPLE);
      for (const block of placed) {
        const begin = Math.max(from, block.from);
        const end = Math.min(to, block.to);
        if (begin < end) {
          out.set(block.digits.subarray(begin - block.from, end - block.from), begin - from);
        }
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
