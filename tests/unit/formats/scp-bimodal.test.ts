/** SCP-ECG's bimodal compression, on stand-ins in the layout of EN 1064 (stand-ins-scp.ts). */
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../src-main/formats/byte-source.ts';
import type { RecordingReader } from '../../../src-main/formats/reader.ts';
import { scp } from '../../../src-main/formats/scp/index.ts';
import { drawn } from './scp-drawn.ts';
import { scpFile } from './stand-ins-scp.ts';
import { wave } from './stand-ins.ts';

function open(file: Uint8Array): Promise<RecordingReader> {
  return scp.open({
    name: 'bimodal.scp',
    path: null,
    source: bytesOf(file),
    siblings: {
      open: () => Promise.reject(new Error('one file')),
      exists: () => Promise.resolve(false),
    },
    part: '',
    textChoice: null,
  });
}

/** The beat at each place, for the records that hold section 5 and subtract nothing. */
const FLAT_BEAT = [Int32Array.from({ length: 40 }, () => 0)];

describe('SCP-ECG, bimodal compression (stand-in)', () => {
  it('draws three means as worked out by hand', async () => {
    const block = (value: number): number[] => [value, value, value, value];
    const lead = Int32Array.from([...block(0), ...block(40), ...block(80), 200, 210, 220, 230]);
    const file = scpFile({
      leads: [lead],
      coding: 'plain',
      differences: 0,
      referenceBeat: { beat: FLAT_BEAT, at: [14] },
      bimodal: { factor: 4, zones: [[13, 16]], subtracted: false },
    });
    const reader = await open(file);
    expect(reader.header.leads[0]).toMatchObject({ samplingHz: 500, sampleCount: 16 });
    // On the line: 0 0 0 10 20 30 40 50 60 70 80 80 | 200 210 220 230
    expect(await reader.readStored([0], 0, 16)).toEqual([
      Int32Array.from([0, 0, 3, 10, 20, 30, 40, 50, 60, 70, 77, 120, 200, 210, 220, 230]),
    ]);
  });

  const leads = [wave(1203), wave(1203, 70)];
  const zones = [
    [41, 96],
    [271, 330],
    [1181, 1203],
  ] as const;
  const at = [70, 300, 1190];

  for (const coding of ['plain', 'default-huffman', 'own-huffman'] as const) {
    for (const differences of [0, 1, 2] as const) {
      it(`${coding}, differences ${differences}: keeps each protected sample, draws the rest`, async () => {
        const file = scpFile({
          leads,
          coding,
          differences,
          referenceBeat: { beat: [...FLAT_BEAT, ...FLAT_BEAT], at },
          bimodal: { factor: 4, zones, subtracted: false },
        });
        const reader = await open(file);
        const values = await reader.readStored([0, 1], 0, 1203);
        expect(values).toEqual(leads.map((lead) => drawn(lead, 4, zones)));
        for (const [k, lead] of leads.entries()) {
          for (const [from, to] of zones) {
            expect(values[k]?.subarray(from - 1, to)).toEqual(lead.subarray(from - 1, to));
          }
        }
        expect(reader.header.notes.map(({ code }) => code)).toEqual(['scp-bimodal']);
      });
    }
  }

  it.each([2, 3, 4])('reads a factor of %i', async (factor) => {
    const file = scpFile({
      leads,
      coding: 'default-huffman',
      differences: 2,
      referenceBeat: { beat: [...FLAT_BEAT, ...FLAT_BEAT], at },
      bimodal: { factor, zones, subtracted: false },
    });
    const values = await (await open(file)).readStored([0, 1], 0, 1203);
    expect(values).toEqual(leads.map((lead) => drawn(lead, factor, zones)));
  });

  it('adds the reference beat back after it drew, and draws over no end of a subtraction', async () => {
    const beat = [wave(120, 140), wave(120, 150)];
    const fiducial = 61;
    const file = scpFile({
      leads,
      coding: 'default-huffman',
      differences: 2,
      referenceBeat: { beat, at },
      bimodal: { factor: 4, zones },
    });
    const reader = await open(file);
    const beatAt = (k: number, i: number): number =>
      at.reduce((sum, place) => sum + (beat[k]?.[i + 1 - place + fiducial - 1] ?? 0), 0);
    const ends = at.flatMap((place) => [place - fiducial, place - fiducial + 120]);
    const expected = leads.map((lead, k) => {
      const residual = lead.map((value, i) => value - beatAt(k, i));
      return drawn(residual, 4, zones, ends).map((value, i) => value + beatAt(k, i));
    });
    expect(await reader.readStored([0, 1], 0, 1203)).toEqual(expected);
    expect(expected[0]?.subarray(270, 330)).toEqual(leads[0]?.subarray(270, 330));
    expect(reader.header.notes.map(({ code }) => code)).toEqual([
      'scp-bimodal',
      'scp-reference-beat',
    ]);
  });

  it('says what is missing where a record has no beats to tell the two parts apart', async () => {
    const file = scpFile({
      leads,
      coding: 'plain',
      differences: 0,
      bimodal: { factor: 4, zones: [] },
    });
    await expect(open(file)).rejects.toThrow(/no reference beat, section 5/);
  });

  it('refuses a record that does not state a zone for each beat', async () => {
    const file = scpFile({
      leads,
      coding: 'plain',
      differences: 0,
      referenceBeat: { beat: [...FLAT_BEAT, ...FLAT_BEAT], at },
      bimodal: { factor: 4, zones: zones.slice(1), subtracted: false },
    });
    await expect(open(file)).rejects.toThrow(/Section 4, QRS locations, holds/);
  });
});
