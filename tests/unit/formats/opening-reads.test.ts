/**
 * Opening a long recording reads its headers, not its samples: every byte is counted that a reader
 * takes of files of 2 GB. The files are sparse, so that the disk holds some kilobytes of each.
 */
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRegularFile, type ByteSource } from '../../../src-main/formats/byte-source.ts';
import { detectFormat, probeOf } from '../../../src-main/formats/detect.ts';
import { writeEdf } from '../../../src-main/formats/edf/write.ts';
import { LIMITS } from '../../../src-main/formats/limits.ts';
import { NO_SAMPLE, type RecordingReader } from '../../../src-main/formats/reader.ts';
import { siblingsIn } from '../../../src-main/formats/siblings.ts';
import { unisensFolder } from './stand-ins-arrays.ts';
import { edfFile, type EdfStandIn } from './stand-ins-edf.ts';
import { ishneFile, wave } from './stand-ins.ts';

const LONG_BYTES = 2 ** 31;
const HZ = 250;
const WINDOW = 10 * HZ;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-long-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** `content` and zeros after it, up to `bytes`, which take no room on the disk. */
async function longFile(name: string, content: Uint8Array, bytes = LONG_BYTES): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  const file = await open(path, 'r+');
  await file.truncate(bytes);
  await file.close();
  return path;
}

interface Counted {
  readonly reader: RecordingReader;
  /** Bytes that were read of all files since this was asked last. */
  taken(): number;
}

/** Opens a recording as the program does, and counts what its reader reads. */
async function counted(path: string): Promise<Counted> {
  let bytes = 0;
  const counting = (source: ByteSource): ByteSource => {
    const { readInto } = source;
    return {
      size: source.size,
      async read(offset, length) {
        const read = await source.read(offset, length);
        bytes += read.length;
        return read;
      },
      ...(readInto && {
        async readInto(target: Uint8Array, offset: number) {
          const filled = await readInto(target, offset);
          bytes += filled;
          return filled;
        },
      }),
      close: () => source.close(),
    };
  };
  const source = counting(await openRegularFile(path));
  const name = path.slice(folder.length + 1);
  const beside = siblingsIn(folder);
  const siblings = {
    open: async (other: string) => counting(await beside.open(other)),
    exists: (other: string) => beside.exists(other),
  };
  const detected = detectFormat(await probeOf(name, source));
  if (!detected) throw new Error(`${name} is in no format`);
  const request = { name, path, source, siblings, part: '', textChoice: null };
  return {
    reader: await detected.format.open(request),
    taken() {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
  };
}

async function expectFewBytes(path: string): Promise<void> {
  const { reader, taken } = await counted(path);
  try {
    expect(taken()).toBeLessThan(LIMITS.openingBytes);
    const [lead] = reader.header.leads;
    const middle = Math.floor((lead?.sampleCount ?? 0) / 2);
    expect(middle).toBeGreaterThan(10_000_000);
    await reader.read([0], middle, middle + WINDOW);
    expect(taken()).toBeLessThan(4 * LIMITS.openingBytes);
  } finally {
    await reader.close();
  }
}

/** An EDF file of two signals of HZ, whose header promises what fills LONG_BYTES. */
function longEdf(variant: NonNullable<EdfStandIn['variant']>, recordS: number) {
  const samplesPerRecord = HZ * recordS;
  const signals = [0, 1].map((lead) => ({
    ...{ label: `ECG ${lead + 1}`, samplesPerRecord, samples: wave(samplesPerRecord, 40 * lead) },
  }));
  const common = { variant, signals, recordDuration: String(recordS) } as const;
  const one = edfFile(common);
  const headerBytes = Number(one.toString('latin1', 184, 192));
  const recordBytes = one.length - headerBytes;
  const records = Math.floor((LONG_BYTES - headerBytes) / recordBytes);
  const content = edfFile({ ...common, statedRecords: String(records) });
  return { content, headerBytes, recordBytes, records };
}

describe('Opening a file of 2 GB reads kilobytes', () => {
  it.each(['EDF', 'EDF+C', 'BDF', 'BDF+C'] as const)('%s', async (variant) => {
    await expectFewBytes(await longFile(`long-${variant}.edf`, longEdf(variant, 1).content));
  });

  it('EDF+D, whose gaps are found by bisection', async () => {
    const recordS = 3600;
    const { content, headerBytes, recordBytes, records } = longEdf('EDF+D', recordS);
    const path = await longFile('discontinuous.edf', content);
    const gapsAfter = [100, 101, Math.floor(records / 2)];
    const file = await open(path, 'r+');
    for (let record = 0; record < records; record++) {
      const lateS = 600 * gapsAfter.filter((last) => record > last).length;
      const stamp = `+${record * recordS + lateS}\x14\x14\0`;
      const at = headerBytes + record * recordBytes + 2 * 2 * HZ * recordS;
      await file.write(Buffer.from(stamp, 'latin1'), 0, stamp.length, at);
    }
    await file.close();
    await expectFewBytes(path);
    const { reader } = await counted(path);
    const gapAt = 101 * recordS * HZ;
    const [values] = await reader.readStored([0], gapAt - 1, gapAt + 600 * HZ + 1);
    await reader.close();
    expect(values?.slice(0, 2)).toEqual(Int32Array.of(0, NO_SAMPLE));
    expect(values?.slice(-2)).toEqual(Int32Array.of(NO_SAMPLE, 0));
  });

  it.each(['EDF+', 'BDF+'] as const)("Rhythmark's own %s with gaps", async (variant) => {
    const lead = wave(600 * HZ);
    const gap = { from: 300 * HZ + 7, to: 420 * HZ + 3 };
    lead.fill(NO_SAMPLE, gap.from, gap.to);
    const short = join(folder, `short-${variant}.edf`);
    const { length: sampleCount } = lead;
    await writeEdf(short, {
      variant,
      start: null,
      patient: { id: null, name: null, birthDate: null, sex: null, age: null },
      leads: ['I', 'II'].map((name) => ({
        ...{ name, unit: 'mV', samplingHz: HZ, sampleCount, gain: 200, baseline: 0 },
        readStored: (from: number, to: number) => Promise.resolve(lead.slice(from, to)),
      })),
      annotations: [{ onsetS: 12, durationS: null, text: 'palpitations' }],
    });
    const content = await readFile(short);
    const headerBytes = Number(content.toString('latin1', 184, 192));
    const records = Number(content.toString('latin1', 236, 244));
    const recordBytes = (content.length - headerBytes) / records;
    const more = Math.floor((LONG_BYTES - headerBytes) / recordBytes);
    content.write(String(more).padEnd(8), 236, 'latin1');
    for (const signal of [0, 1]) {
      const at = 256 + 3 * 224 + 32 * signal;
      content.write(`${more * HZ} samples`.padEnd(32), at, 'latin1');
    }
    const path = await longFile(`own-${variant}.edf`, content, headerBytes + more * recordBytes);
    await expectFewBytes(path);

    const { reader, taken } = await counted(path);
    taken();
    const [stored] = await reader.readStored([1], 0, sampleCount);
    const [physical] = await reader.read([1], gap.to - 3, gap.to + 2);
    expect(taken()).toBeLessThan(16 * LIMITS.openingBytes);
    expect(stored).toEqual(lead);
    expect([...(physical ?? [])].map(Number.isNaN)).toEqual([true, true, true, false, false]);
    await reader.close();
  });

  it.each([212, 16] as const)('WFDB format %i', async (format) => {
    const bytesAFrame = format === 212 ? 3 : 4;
    const frames = Math.floor(LONG_BYTES / bytesAFrame);
    const name = `long${format}`;
    await longFile(`${name}.dat`, new Uint8Array(0), frames * bytesAFrame);
    const lines = [`${name} 2 ${HZ} ${frames}`];
    for (const lead of ['I', 'II']) lines.push(`${name}.dat ${format} 200/mV 12 0 0 0 0 ${lead}`);
    const path = join(folder, `${name}.hea`);
    await writeFile(path, `${lines.join('\n')}\n`);
    await expectFewBytes(path);
  });

  it('ISHNE', async () => {
    const leads = [wave(1000), wave(1000, 40)];
    const dataAt = ishneFile({ leads: [] }).length;
    const statedSamples = (LONG_BYTES - dataAt) / 4;
    const content = ishneFile({ leads, samplingHz: HZ, statedSamples });
    await expectFewBytes(await longFile('long.ecg', content));
  });

  it('Unisens', async () => {
    const standIn = unisensFolder({
      ...{ dataType: 'int16', samplingHz: HZ, lsbValue: 0.0025 },
      channels: [[...wave(1000)], [...wave(1000, 40)]],
    });
    const manifest = standIn.get('unisens.xml');
    if (!manifest) throw new Error('the folder has no manifest');
    await longFile('ecg.bin', standIn.get('ecg.bin') ?? new Uint8Array(0));
    const path = join(folder, 'unisens.xml');
    await writeFile(path, manifest);
    await expectFewBytes(path);
  });
});
