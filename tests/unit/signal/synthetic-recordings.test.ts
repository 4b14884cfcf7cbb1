import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecording } from '../../../src-main/formats/index.ts';
import { preprocessWhole } from '../../../src-main/signal/preprocess.ts';
import {
  AF_30S,
  DEMO_RECORDINGS,
  ECTOPY_30S,
  FLUTTER_30S,
  NORMAL_30S,
  PAROXYSM_2MIN,
  specOf,
  synthesise,
  syntheticRecording,
  TWELVE_LEADS_10S,
  writeDemoRecordings,
  type RecordingSpec,
} from '../../fixtures/recordings.ts';

const lead = (spec: RecordingSpec, index = 0): Float32Array =>
  synthesise(spec).leads[index] ?? new Float32Array(0);

/** Mean over the beats of the signal `offsetS` after the R peak, less what it is 40 ms before QRS. */
function meanAt(spec: RecordingSpec, offsetS: number, leadIndex = 0): number {
  const { leads, beats, samplingHz } = synthesise(spec);
  const samples = leads[leadIndex] ?? [];
  const at = (timeS: number) => samples[Math.round(timeS * samplingHz)] ?? NaN;
  const values = beats
    .slice(1, -1)
    .map(({ timeS }) => at(timeS + offsetS) - at(timeS - 0.07))
    .filter(Number.isFinite);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const intervals = (spec: RecordingSpec): number[] =>
  synthesise(spec)
    .beats.slice(1)
    .map(({ rrS }) => rrS);

function variation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Math.sqrt(variance) / mean;
}

describe('a synthetic recording', () => {
  it('is the same every time, and part by part as in the whole', () => {
    const recording = syntheticRecording(PAROXYSM_2MIN);
    const whole = synthesise(PAROXYSM_2MIN).leads;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 29_000 }),
        fc.integer({ min: 1, max: 2000 }),
        (from, length) => {
          const to = Math.min(30_000, from + length);
          recording.render(from, to).forEach((part, index) => {
            const expected = whole[index]?.subarray(from, to) ?? [];
            part.forEach((value, at) => {
              if (Number.isNaN(value)) expect(expected[at]).toBeNaN();
              // Gaussians by recurrence differ in the last bits with where they begin.
              else expect(Math.abs(value - (expected[at] ?? NaN))).toBeLessThan(1e-5);
            });
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('differs with its seed', () => {
    expect(lead({ ...NORMAL_30S, seed: 'another' })).not.toEqual(lead(NORMAL_30S));
  });

  it('has a P wave, a QRS and a T wave in sinus rhythm', () => {
    expect(meanAt(NORMAL_30S, -0.14)).toBeGreaterThan(0.08);
    expect(meanAt(NORMAL_30S, 0)).toBeGreaterThan(0.9);
    expect(meanAt(NORMAL_30S, 0.26)).toBeGreaterThan(0.2);
  });

  it('has no P wave and no pattern of intervals in atrial fibrillation', () => {
    expect(Math.abs(meanAt(specOf({ kind: 'af', ratePerMin: 80 }, { durationS: 300 }), -0.14))) //
      .toBeLessThan(0.03);
    const long = specOf({ kind: 'af', ratePerMin: 100 }, { durationS: 600 });
    expect(variation(intervals(long))).toBeGreaterThan(0.18);
    expect(variation(intervals(specOf({ kind: 'sinus', ratePerMin: 70 })))).toBeLessThan(0.08);
    const rates = intervals(AF_30S).map((interval) => 60 / interval);
    expect(Math.max(...rates)).toBeLessThan(215);
  });

  it('makes up for a ventricular beat by a full compensatory pause', () => {
    const { beats } = synthesise(ECTOPY_30S);
    const ectopic = beats.flatMap((beat, index) => (beat.origin === 'ventricular' ? [index] : []));
    expect(ectopic.length).toBeGreaterThan(0);
    for (const index of ectopic) {
      const [before, after] = [beats[index]?.rrS, beats[index + 1]?.rrS];
      if (before === undefined || after === undefined) continue;
      expect(before).toBeLessThan(0.65);
      expect(before + after).toBeCloseTo(2 * (60 / 70), 0);
    }
  });

  it('conducts every fourth wave of flutter at 300/min', () => {
    for (const interval of intervals(FLUTTER_30S)) expect(interval).toBeCloseTo(0.8, 1);
  });

  it('holds to Einthoven and Goldberger: the limb leads are one heart seen from six sides', () => {
    const leads = new Map(
      TWELVE_LEADS_10S.leads.map((name, index) => [name, lead(TWELVE_LEADS_10S, index)]),
    );
    const at = (name: (typeof TWELVE_LEADS_10S.leads)[number], index: number) =>
      leads.get(name)?.[index] ?? NaN;
    let worst = 0;
    for (let index = 0; index < 5000; index++) {
      worst = Math.max(
        worst,
        Math.abs(at('I', index) + at('III', index) - at('II', index)),
        Math.abs(at('aVR', index) + at('aVL', index) + at('aVF', index)),
      );
    }
    expect(worst).toBeLessThan(1e-5);
  });

  it('is missing exactly where a lead is off', () => {
    lead(PAROXYSM_2MIN).forEach((value, index) => {
      expect(Number.isNaN(value)).toBe(index >= 80 * 250 && index < 90 * 250);
    });
    expect([...preprocessWhole(lead(PAROXYSM_2MIN), 250).analysable]).toEqual([
      1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1,
    ]);
  });
});

describe('the demo recordings', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rhythmark-demo-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const short = DEMO_RECORDINGS.filter(({ spec }) => spec.durationS <= 120);

  it('are all named as demo recordings and offer every rhythm', () => {
    for (const { name } of DEMO_RECORDINGS) expect(name).toMatch(/^demo-\d\d-[a-z-]+$/);
    const kinds = new Set(
      DEMO_RECORDINGS.flatMap(({ spec }) => spec.course.map(({ rhythm }) => rhythm.kind)),
    );
    expect([...kinds].sort()).toEqual(['af', 'bigeminy', 'flutter', 'paced', 'sinus']);
  });

  it('are read back as they were made, named as synthetic, with their truth', async () => {
    const records = short.filter(({ format }) => format !== 'csv');
    const paths = await writeDemoRecordings(folder, { recordings: records });
    for (const [index, { format, spec }] of records.entries()) {
      const reader = await openRecording(paths[index] ?? '');
      const { header } = reader;
      expect(header.synthetic).toBe(true);
      expect(header.leads.map(({ name }) => name)).toEqual(spec.leads);
      expect(header.durationS).toBeCloseTo(spec.durationS, 2);
      const made = synthesise(spec);
      const step = format === 'wfdb-212' ? 0.005 : 0.001;
      const leads = await reader.read(
        spec.leads.map((_, at) => at),
        1000,
        3000,
      );
      leads.forEach((samples, at) => {
        samples.forEach((value, offset) => {
          const wanted = made.leads[at]?.[1000 + offset] ?? NaN;
          expect(Math.abs(value - wanted)).toBeLessThanOrEqual(step / 2 + 1e-4);
        });
      });
      const [truth] = await reader.annotations();
      const beats = truth?.annotations.filter(({ symbol }) => symbol !== '+') ?? [];
      expect(beats.map(({ sample }) => sample)).toEqual(
        made.beats.map(({ timeS }) => Math.round(timeS * spec.samplingHz)),
      );
      await reader.close();
    }
  });

  it('include a text file that says what it is and what its columns are', async () => {
    const recordings = short.filter(({ format }) => format === 'csv');
    const [path = ''] = await writeDemoRecordings(folder, { recordings });
    const lines = (await readFile(path, 'utf8')).split('\n');
    expect(lines[0]).toBe('# Synthetic recording made by Rhythmark');
    expect(lines[3]).toBe('time [s],II [mV],V5 [mV]');
    expect(lines[5]).toMatch(/^0\.004(,-?\d\.\d{3}){2}$/);
    expect(lines).toHaveLength(4 + 40 * 250 + 1);
  });

  it('are made once: a second call leaves the files as they are', async () => {
    const [first] = short;
    if (!first) throw new Error('no short demo recording');
    const [path = ''] = await writeDemoRecordings(folder, { recordings: [first] });
    const before = await stat(path);
    const shares: number[] = [];
    await writeDemoRecordings(folder, {
      recordings: [first],
      onProgress: (share) => shares.push(share),
    });
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
    expect(shares.at(-1)).toBe(1);
  });

  it('leave no recording half made when cancelled', async () => {
    const controller = new AbortController();
    const run = writeDemoRecordings(folder, {
      signal: controller.signal,
      recordings: short,
      onProgress: (share) => {
        if (share > 0.5) controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    const names = await readdir(folder);
    expect(names.filter((name) => name.includes('tmp'))).toEqual([]);
    for (const header of names.filter((name) => name.endsWith('.hea'))) {
      expect(names).toContain(header.replace('.hea', '.dat'));
      await (await openRecording(join(folder, header))).close();
    }
    expect(names.filter((name) => name.endsWith('.hea')).length).toBeLessThan(short.length);
  });
});
