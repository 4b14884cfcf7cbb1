/**
 * Names in the character sets of DICOM. The bytes of the Japanese, Korean, Chinese and other examples
 * are those of PS3.5 annexes H, I, J and K; the rest is the sets' own tables.
 */
import { describe, expect, it } from 'vitest';
import { dicom } from '../../../src-main/formats/dicom/index.ts';
import { codesOf, openBytes } from './in-memory.ts';
import { dicomFile, type DicomGroup } from './stand-ins-dicom.ts';

const GROUP: DicomGroup = {
  label: 'RHYTHM',
  samplingHz: '500',
  interpretation: 'SS',
  channels: [{ name: 'Lead I (Einthoven)', codes: [1, 2, 3], sensitivity: '1' }],
};

async function named(characterSet: string, name: Uint8Array | string) {
  const bytes = typeof name === 'string' ? Buffer.from(name, 'latin1') : name;
  const file = dicomFile('explicit', [GROUP], [], { characterSet, name: bytes });
  const reader = await openBytes(dicom, file);
  return { name: reader.header.patient.name, codes: codesOf(reader) };
}

describe('a single set', () => {
  it.each([
    ['ISO_IR 100', 'Buc^J\xe9r\xf4me', 'Buc J\u00e9r\u00f4me'],
    ['ISO_IR 101', 'W\xb3odarczyk', 'W\u0142odarczyk'],
    ['ISO_IR 109', '\xa1', '\u0126'],
    ['ISO_IR 110', '\xb9', '\u0161'],
    [
      'ISO_IR 144',
      '\xbb\xee\xda\x63\x65\xdc\xd1\xe3\xe0\xd3',
      '\u041b\u044e\u043aceм\u0431\u0443\u0440\u0433',
    ],
    [
      'ISO_IR 127',
      '\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1',
      '\u0642\u0628\u0627\u0646\u064a \u0644\u0646\u0632\u0627\u0631',
    ],
    [
      'ISO_IR 126',
      '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2',
      '\u0394\u03b9\u03bf\u03bd\u03c5\u03c3\u03b9\u03bf\u03c2',
    ],
    [
      'ISO_IR 138',
      '\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4',
      '\u05e9\u05e8\u05d5\u05df \u05d3\u05d1\u05d5\u05e8\u05d4',
    ],
    ['ISO_IR 148', '\xde\xfe\xdd', '\u015e\u015f\u0130'],
    ['ISO_IR 13', '\xd4\xcf\xc0\xde^\xc0\xdb\xb3', '\uff94\uff8f\uff80\uff9e \uff80\uff9b\uff73'],
    ['ISO_IR 166', '\xb7\xc4', '\u0e17\u0e24'],
    ['ISO IR 100', '\xe9', '\u00e9'],
  ])('%s', async (set, bytes, name) => {
    expect(await named(set, bytes)).toEqual({ name, codes: [] });
  });

  it('of several bytes a letter: UTF-8, GB18030 and GBK, whose second byte may be a delimiter', async () => {
    const chinese = 'Wang^XiaoDong=\u738b^\u5c0f\u4e1c';
    const shown = 'Wang XiaoDong (\u738b \u5c0f\u4e1c)';
    const gb = Buffer.from('Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab', 'latin1');
    expect(await named('ISO_IR 192', Buffer.from(chinese))).toEqual({ name: shown, codes: [] });
    expect(await named('GB18030', gb)).toEqual({ name: shown, codes: [] });
    expect(await named('GBK', gb)).toEqual({ name: shown, codes: [] });
    // Second bytes are those of a circumflex and a backslash.
    expect((await named('GBK', '\x81^\xd5\\')).name).toBe('\u4e5b\u8aa0');
  });
});

describe('code extensions', () => {
  it('Japanese: JIS X 0208 after ASCII', async () => {
    const bytes =
      'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B';
    expect(await named('\\ISO 2022 IR 87', bytes)).toEqual({
      name: 'Yamada Tarou (\u5c71\u7530 \u592a\u90ce, \u3084\u307e\u3060 \u305f\u308d\u3046)',
      codes: [],
    });
  });

  it('Japanese: JIS X 0208 after JIS X 0201', async () => {
    const bytes =
      '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J';
    expect((await named('ISO 2022 IR 13\\ISO 2022 IR 87', bytes)).name).toBe(
      '\uff94\uff8f\uff80\uff9e \uff80\uff9b\uff73 (\u5c71\u7530 \u592a\u90ce, \u3084\u307e\u3060 \u305f\u308d\u3046)',
    );
  });

  it('Japanese: JIS X 0212, which TextDecoder has in EUC-JP only', async () => {
    expect((await named('\\ISO 2022 IR 159', '\x1b$(D0"\x1b(B')).name).toBe('\u4e04');
  });

  it('Korean: KS X 1001', async () => {
    const bytes =
      'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf';
    expect(await named('\\ISO 2022 IR 149', bytes)).toEqual({
      name: 'Hong Gildong (\u6d2a \u5409\u6d1e, \ud64d \uae38\ub3d9)',
      codes: [],
    });
  });

  it('Chinese: GB 2312', async () => {
    const bytes = 'Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=';
    expect((await named('\\ISO 2022 IR 58', bytes)).name).toBe(
      'Zhang XiaoDong (\u5f20 \u5c0f\u4e1c)',
    );
  });

  it('two single-byte sets', async () => {
    const bytes = 'Dionysios=\x1b-F\xc4\xe9\xef=\x1b-L\xbb\xee';
    expect((await named('ISO 2022 IR 100\\ISO 2022 IR 126\\ISO 2022 IR 144', bytes)).name).toBe(
      'Dionysios (\u0394\u03b9\u03bf, \u041b\u044e)',
    );
  });

  it('falls back to the first set after a delimiter', async () => {
    const bytes = '\xe9=\x1b-L\xbb=\xe9';
    expect((await named('ISO 2022 IR 100\\ISO 2022 IR 144', bytes)).name).toBe(
      '\u00e9 (\u041b, \u00e9)',
    );
  });
});

describe('what does not decode is said and never shown as other letters', () => {
  it.each([
    ['a set that is not known', 'ISO_IR 999', 'B\xe9', 'B\ufffd'],
    ['bytes that are not of the declared set', 'ISO_IR 192', 'B\xe9x', 'B\ufffdx'],
    ['letters outside ASCII under ASCII', 'ISO_IR 6', 'B\xe9', 'B\ufffd'],
    ['an escape that is not known', '\\ISO 2022 IR 87', 'B\x1b$Z\x1b$B;3\x1b(B', 'B\ufffd$Z\u5c71'],
    ['half a letter', '\\ISO 2022 IR 87', 'B\x1b$B;\x1b(B', 'B\ufffd'],
  ])('%s', async (_, set, bytes, name) => {
    expect(await named(set, bytes)).toEqual({ name, codes: ['dicom-undecoded-text'] });
  });

  it.each([
    ['UTF-8', Buffer.from('J\u00f6rg')],
    ['Latin-1', Buffer.from('J\u00f6rg', 'latin1')],
  ])('an undeclared set, taken for %s', async (_, bytes) => {
    expect(await named('', bytes)).toEqual({ name: 'J\u00f6rg', codes: ['dicom-character-set'] });
  });
});
