import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, type ByteSource } from '../../../src-main/formats/byte-source.ts';
import { openFlac } from '../../../src-main/formats/flac/stream.ts';
import { openRecording } from '../../../src-main/formats/index.ts';
import { wfdb } from '../../../src-main/formats/wfdb/index.ts';
import { NO_SHARED_DATA, shared, SHARED_DATA } from '../../data.ts';
import { flacStream } from './flac-stand-in.ts';
import { requestFor } from './in-memory.ts';

async function decoded(bytes: Uint8Array, from: number, to: number): Promise<number[][]> {
  const stream = await openFlac(bytesOf(bytes), 0, 'x.flac');
  const out: number[][] = Array.from({ length: stream.info.channels }, () => []);
  await stream.visit(from, to, (channels, first, samples) => {
    for (const [channel, block] of channels.entries())
      for (let i = Math.max(from, first); i < Math.min(to, first + samples); i++)
        out[channel]?.push(block[i - first] ?? NaN);
  });
  return out;
}

/** Noise that does not compress, so that the stream is far longer than one read. */
const noise = (length: number, scale: number) =>
  Int32Array.from({ length }, (_, i) => Math.round(scale * Math.sin(i * i * 0.7 + i)));

describe('A FLAC stream', () => {
  it.each([8, 16, 24])('of %d bits reads back as it was written', async (depth) => {
    const most = 2 ** (depth - 1) - 1;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -most - 1, max: most }), { minLength: 1, maxLength: 300 }),
        fc.constantFrom(16, 17, 64),
        async (values, blockSize) => {
          const samples = Int32Array.from(values);
          const bytes = flacStream(
            [samples, samples.map((v) => -v | 0).map((v) => Math.min(v, most))],
            depth,
            blockSize,
          );
          const [first] = await decoded(bytes, 0, values.length);
          expect(first).toEqual(values);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives any window of a long stream, and reads little for it', async () => {
    const samples = noise(400_000, 30_000);
    const bytes = flacStream([samples], 16, 1024);
    let read = 0;
    const counted: ByteSource = {
      ...bytesOf(bytes),
      read: (offset, length) => {
        read += length;
        return Promise.resolve(bytes.subarray(offset, offset + length));
      },
    };
    const stream = await openFlac(counted, 0, 'x.flac');
    for (const from of [399_000, 0, 200_123, 123_456, 300_000, 50]) {
      read = 0;
      const window: number[] = [];
      await stream.visit(from, from + 500, (channels, first, count) => {
        for (let i = Math.max(from, first); i < Math.min(from + 500, first + count); i++)
          window.push(channels[0]?.[i - first] ?? NaN);
      });
      expect(window).toEqual([...samples.subarray(from, from + 500)]);
      expect(read).toBeLessThan(bytes.length);
    }
  });

  it('is refused where it is cut off, and where a byte of it is not what was written', async () => {
    const bytes = flacStream([noise(40_000, 3000)], 16, 512);
    for (const cut of [10, 41, 100, bytes.length >> 1, bytes.length - 1])
      await expect(openFlac(bytesOf(bytes.subarray(0, cut)), 0, 'x.flac')).rejects.toMatchObject({
        code: 'damaged-file',
      });
    const damaged = bytes.slice();
    damaged[bytes.length >> 1] = (damaged[bytes.length >> 1] ?? 0) ^ 0x10;
    await expect(decoded(damaged, 0, 40_000)).rejects.toThrow('is damaged at byte');
  });

  it('that does not fit its WFDB header is refused', async () => {
    const stream = flacStream([noise(100, 100)], 16, 64);
    const opening = (header: string) =>
      wfdb.open(
        requestFor({ 'r.hea': header, 'x.flac': stream, 'y.flac': 'no FLAC at all'.repeat(9) }),
      );
    await expect(opening('r 2 250 100\nx.flac 516\nx.flac 516\n')).rejects.toThrow('1 channels');
    await expect(opening('r 1 250 100\nx.flac 508\n')).rejects.toThrow('16 bits, format 508 has 8');
    await expect(opening('r 1 250 200\nx.flac 516\n')).rejects.toThrow('100 of the 200');
    await expect(opening('r 1 250 100\ny.flac 516\n')).rejects.toThrow('is no FLAC file');
  });
});

describe.skipIf(SHARED_DATA === null)(
  `FLAC of libFLAC${SHARED_DATA === null ? `: ${NO_SHARED_DATA}` : ''}`,
  () => {
    // Sums of the stored samples by wfdb-python 4.3 (libsndfile), missing samples as -32768.
    it.each([
      ['mixedsignals', [429875084, 429870396, 429872885, 66830531, 58297530, 19171907]],
      ['flac_3_constant', [140000000, 280000000, 420000000]],
    ])('%s gives the samples that libFLAC gives', async (name, sums) => {
      const reader = await openRecording(shared(`wfdb-suite/sample-data/${name}.hea`));
      for (const [index, sum] of sums.entries()) {
        const count = reader.header.leads[index]?.sampleCount ?? 0;
        const [samples] = await reader.readStored([index], 0, count);
        const own = samples?.reduce((total, v) => total + (v === -2147483648 ? -32768 : v), 0);
        expect(own).toBe(sum);
      }
      await reader.close();
    });
  },
);
