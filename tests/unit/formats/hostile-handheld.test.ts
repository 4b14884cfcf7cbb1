/** What the files of AliveCor recorders and watches permit; stand-ins throughout. */
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { apple } from '../../../src-main/formats/apple/index.ts';
import { atc } from '../../../src-main/formats/atc/index.ts';
import { codesOf, openBytes, physical, storedOf } from './in-memory.ts';

type Checksum = (block: Buffer) => number;
const sum: Checksum = (block) => block.reduce((total, byte) => (total + byte) >>> 0, 0);

function block(id: string, data: Uint8Array, checksum: Checksum = sum): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 0, 'latin1');
  head.writeUInt32LE(data.length, 4);
  const checked = Buffer.concat([head, data]);
  const end = Buffer.alloc(4);
  end.writeUInt32LE(checksum(checked), 0);
  return Buffer.concat([checked, end]);
}

function samples(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Int16Array.from(values).buffer);
}

function format(kind = 1): Uint8Array {
  const data = Buffer.alloc(8);
  data.writeUInt8(kind, 0);
  data.writeUInt16LE(300, 1);
  data.writeUInt16LE(500, 3);
  return data;
}

function atcOf(...blocks: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from('ALIVE\0\0\0\x05\0\0\0', 'latin1'), ...blocks]);
}

describe('AliveCor ATC', () => {
  it('reads twelve leads in whatever order their blocks come', async () => {
    const ids = ['ecgc', 'ecg ', 'ecg7', 'ecga', 'ecg2'];
    const leads = ids.map((id, i) => block(id, samples(i, i)));
    const reader = await openBytes(atc, atcOf(...leads, block('fmt ', format())));
    expect(reader.header.leads.map(({ name }) => name)).toEqual(['I', 'II', 'V1', 'V4', 'V6']);
    expect(await storedOf(reader, 4)).toEqual([0, 0]);
  });

  it('takes a checksum of either kind that the document names', async () => {
    const made = atcOf(block('fmt ', format(), crc32), block('ecg ', samples(7), crc32));
    expect(await storedOf(await openBytes(atc, made), 0)).toEqual([7]);
  });

  it('refuses samples of another kind, and a block that ends inside one', async () => {
    const other = atcOf(block('fmt ', format(2)), block('ecg ', samples(7)));
    await expect(openBytes(atc, other)).rejects.toThrow('format 2 (block "fmt ")');
    const odd = atcOf(block('fmt ', format()), block('ecg ', Uint8Array.of(1, 2, 3)));
    await expect(openBytes(atc, odd)).rejects.toThrow('Block "ecg"');
  });

  it('opens the averaged beat as the part "median", and names what it does not show', async () => {
    const made = atcOf(
      block('fmt ', format()),
      ...[block('ecg ', samples(1, 2)), block('med ', samples(9)), block('acc ', samples(0))],
    );
    expect(codesOf(await openBytes(atc, made))).toEqual(['median-beat', 'atc-other-blocks']);
    expect(await storedOf(await openBytes(atc, made, { part: 'median' }), 0)).toEqual([9]);
  });

  it('gives each type of beat its own symbol', async () => {
    const beats = Buffer.alloc(4 + 7 * 6);
    beats.writeUInt32LE(300, 0);
    for (let type = 0; type < 7; type++) {
      beats.writeUInt32LE(type, 4 + 6 * type);
      beats.writeUInt16LE(type, 8 + 6 * type);
    }
    const made = atcOf(block('fmt ', format()), block('ecg ', samples(1)), block('ann ', beats));
    const [set] = await (await openBytes(atc, made)).annotations();
    expect(set?.annotations.map(({ symbol }) => symbol).join('')).toBe('QNVAFJ/');
  });
});

interface Watch {
  readonly mark?: string;
  readonly rate?: string;
  readonly unit?: string;
  readonly name?: string;
  readonly lead?: string;
  readonly samples: readonly string[];
}

function watchFile({
  mark = ',',
  rate = '512 hertz',
  unit = '\u00b5V',
  name = 'Ada Example',
  lead = 'Lead I',
  samples: lines,
}: Watch): string {
  const named = [
    ['Name', name],
    ['Date of Birth', '"Dec 24, 1950"'],
    ['Recorded Date', '2026-06-11 09:12:30 +0200'],
    ['Classification', 'Sinus Rhythm'],
    ['Symptoms', ''],
    ['Device', '"Watch6,7"'],
    ['Sample Rate', rate],
    [],
    ['Lead', lead],
    ['Unit', unit],
    [],
  ];
  return [...named.map((cells) => cells.join(mark)), ...lines, ''].join('\r\n');
}

function isDetected(text: string): boolean {
  const head = Buffer.from(text, 'utf8');
  return apple.detect({ name: 'x.csv', size: head.length, head }) > 0.9;
}

describe('Apple Health export', () => {
  it.each([
    [',', '512 hertz', 512],
    [';', '512,414 Hertz', 512.414],
    ['\t', '510.227 Hz', 510.227],
    [',', '"511,984\u8d6b\u5179"', 511.984],
    [',', '\u0665\u0661\u0662 \u0647\u0631\u062a\u0632', 512],
  ])('reads its rate between "%s": %s', async (mark, rate, hz) => {
    const made = watchFile({ mark, rate, samples: ['1.000'] });
    expect(isDetected(made)).toBe(true);
    expect((await openBytes(apple, made)).header.leads[0]?.samplingHz).toBe(hz);
  });

  it.each([
    ['1234.567', 1234.567],
    ['"1.234,567"', 1234.567],
    ['1,234.567', 1234.567],
    ['\u22121\u202f234,5', -1234.5],
    ['"-12,345"', -12.345],
    ['\u200e-\u0661\u0662\u066b\u0665', -12.5],
    ['-0.5,', -0.5],
    ['1.5e-3', 0.0015],
  ])('reads %s', async (text, microvolts) => {
    const reader = await openBytes(apple, watchFile({ samples: ['0', text] }));
    expect((await physical(reader, 0))[1]).toBeCloseTo(Math.fround(microvolts / 1000), 9);
  });

  it('keeps every decimal of a file in millivolts', async () => {
    const reader = await openBytes(apple, watchFile({ unit: 'mV', samples: ['0.012345', '-1.5'] }));
    expect(await physical(reader, 0)).toEqual([Math.fround(0.012345), Math.fround(-1.5)]);
  });

  it('takes neither unit nor lead from a name', async () => {
    const made = watchFile({ name: 'V', unit: '\u043c\u043a\u0412', samples: ['1000'] });
    expect(await physical(await openBytes(apple, made), 0)).toEqual([1]);
    const second = await openBytes(apple, watchFile({ name: 'Karl II', samples: ['1'] }));
    expect(second.header).toMatchObject({
      patient: { name: 'Karl II' },
      leads: [{ name: 'I' }],
      start: '2026-06-11T09:12:30.000',
      device: 'Watch6,7',
    });
    expect(second.header.comments).toContain('Classification: Sinus Rhythm');
  });

  it('says so where it does not know the unit', async () => {
    const reader = await openBytes(apple, watchFile({ unit: '?', samples: ['1'] }));
    expect(reader.header.leads[0]?.calibrated).toBe(false);
    expect(codesOf(reader)).toEqual(['apple-no-unit', 'apple-short']);
  });

  it('refuses a line that is no number by its place', async () => {
    for (const wrong of ['x', '1.2.3', '1,2,3', '99999999999']) {
      const made = watchFile({ samples: [...Array<string>(30).fill('1'), wrong] });
      await expect(openBytes(apple, made)).rejects.toThrow('Line 42');
    }
  });
});
