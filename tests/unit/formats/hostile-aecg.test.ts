/** What HL7 aECG permits beside the usual, and what contradicts it; stand-ins throughout. */
import { expect, it } from 'vitest';
import { aecg } from '../../../src-main/formats/aecg/index.ts';
import { NO_SAMPLE } from '../../../src-main/formats/reader.ts';
import { codesOf, openBytes, physical, requestFor, storedOf } from './in-memory.ts';

interface Values {
  readonly code: string;
  readonly digits: string;
  readonly scale?: string;
  readonly origin?: string;
}

const SCALE = '<scale value="5" unit="uV"/>';
const TEN_MS = '<increment value="10" unit="ms"/>';

function sequence({ code, digits, scale = SCALE, origin = '' }: Values): string {
  return `<component><sequence><code code="${code}"/><value>${origin}${scale}<digits>${digits}</digits></value></sequence></component>`;
}

function set(time: string, leads: readonly Values[], kind = 'TIME_ABSOLUTE'): string {
  const axis = `<component><sequence><code code="${kind}"/><value>${time}</value></sequence></component>`;
  return `<component><sequenceSet>${axis}${leads.map(sequence).join('')}</sequenceSet></component>`;
}

function at(stamp: string): string {
  return `<head value="${stamp}"/>${TEN_MS}`;
}

const BEGAN = '<effectiveTime><low value="20260611091230.000"/></effectiveTime>';

function series(...content: readonly string[]): string {
  return `<component><series>${content.join('')}</series></component>`;
}

function file(...content: readonly string[]): string {
  return `<AnnotatedECG xmlns="urn:hl7-org:v3">${content.join('')}</AnnotatedECG>`;
}

const I = 'MDC_ECG_LEAD_I';
const II = 'MDC_ECG_LEAD_II';

it('adds an origin in the unit that it has, not in that of the scale', async () => {
  const origin = '<origin value="0.1" unit="mV"/>';
  const reader = await openBytes(
    aecg,
    file(series(BEGAN, set(at('20260611091230.000'), [{ code: I, digits: '0 20', origin }]))),
  );
  expect(await physical(reader, 0)).toEqual([Math.fround(0.1), Math.fround(0.2)]);
});

it('is uncalibrated where the origin is in no voltage', async () => {
  const origin = '<origin value="1" unit="mm"/>';
  const reader = await openBytes(
    aecg,
    file(series(set(at('20260611091230'), [{ code: I, digits: '7', origin }]))),
  );
  expect(reader.header.leads[0]?.calibrated).toBe(false);
  expect(codesOf(reader)).toEqual(['aecg-no-scale']);
});

it('keeps leads without a code apart', async () => {
  const reader = await openBytes(
    aecg,
    file(
      series(
        set(at('20260611091230'), [
          { code: '', digits: '1 2' },
          { code: '', digits: '3 4' },
        ]),
      ),
    ),
  );
  expect(reader.header.leads.map(({ name }) => name)).toEqual(['Lead 1', 'Lead 2']);
  expect(await storedOf(reader, 1)).toEqual([3, 4]);
});

it('shows a lead that comes twice for one time twice, and joins the parts of one', async () => {
  const reader = await openBytes(
    aecg,
    file(
      series(
        set(at('20260611091230.000'), [
          { code: I, digits: '1 2' },
          { code: I, digits: '8 9' },
        ]),
        set(at('20260611091230.030'), [{ code: I, digits: '5 6' }]),
      ),
    ),
  );
  expect(reader.header.leads.map(({ name }) => name)).toEqual(['I', 'I (2)']);
  expect(await storedOf(reader, 0)).toEqual([1, 2, NO_SAMPLE, 5, 6]);
  expect(await storedOf(reader, 1)).toEqual([8, 9]);
  expect(codesOf(reader)).toEqual(['duplicate-lead']);
});

it('does not join what is on another scale', async () => {
  const other = '<scale value="5" unit="mV"/>';
  const reader = await openBytes(
    aecg,
    file(
      series(
        set(at('20260611091230.000'), [{ code: I, digits: '2 2' }]),
        set(at('20260611091230.020'), [{ code: I, digits: '2 2', scale: other }]),
      ),
    ),
  );
  expect(await physical(reader, 0)).toEqual([Math.fround(0.01), Math.fround(0.01)]);
  expect(await physical(reader, 1)).toEqual([NaN, NaN, 10, 10]);
});

it('starts when its first sample was taken, not when the study was', async () => {
  const reader = await openBytes(
    aecg,
    file(series(BEGAN, set(at('20260611091235.250'), [{ code: I, digits: '1' }]))),
  );
  expect(reader.header.start).toBe('2026-06-11T09:12:35.250');
});

it('counts a relative axis from the effective time, in the unit of its head', async () => {
  const time = `<head value="250" unit="ms"/>${TEN_MS}`;
  const reader = await openBytes(
    aecg,
    file(series(BEGAN, set(time, [{ code: I, digits: '1' }], 'TIME_RELATIVE'))),
  );
  expect(reader.header.start).toBe('2026-06-11T09:12:30.250');
});

it.each([
  ['<head nullFlavor="UNK"/>', 'a head that is not known'],
  ['', 'no head'],
  ['<head value="20260231120000"/>', 'a day that does not exist'],
])('begins a set with %s (%s) with the series', async (head) => {
  const reader = await openBytes(
    aecg,
    file(
      series(
        BEGAN,
        set(`${head}${TEN_MS}`, [{ code: I, digits: '1 2' }]),
        set(at('20260611091230.000'), [{ code: II, digits: '3 4' }]),
      ),
    ),
  );
  expect(reader.header.start).toBe('2026-06-11T09:12:30.000');
  expect(reader.header.leads.map(({ sampleCount }) => sampleCount)).toEqual([2, 2]);
});

it.each([
  ['<increment value="2" unit="fortnight"/>', '"fortnight"'],
  ['<increment value="0" unit="s"/>', '"0"'],
  ['<increment nullFlavor="NI"/>', '<increment>'],
])('refuses %s by its element', async (increment, named) => {
  const made = file(series(set(increment, [{ code: I, digits: '1' }])));
  await expect(openBytes(aecg, made)).rejects.toThrow(named);
});

it('reads rates in other units of time', async () => {
  const rates = ['<increment value="2000" unit="us"/>', '<increment value="2e-3" unit="s"/>'];
  for (const increment of rates) {
    const made = file(series(set(increment, [{ code: I, digits: '1' }])));
    expect((await openBytes(aecg, made)).header.leads[0]?.samplingHz).toBe(500);
  }
});

it.each(['1 0x10', '1 2.5', '1 2147483648', '1 NaN'])(
  'refuses the digits "%s" by their place',
  async (digits) => {
    const made = file(series(set(at('20260611091230'), [{ code: I, digits }])));
    await expect(openBytes(aecg, made)).rejects.toThrow('Value 2 of MDC_ECG_LEAD_I');
  },
);

it('says which leads come without samples, and which series it leaves out', async () => {
  const one = set(at('20260611091230'), [
    { code: I, digits: '1' },
    { code: II, digits: '' },
  ]);
  const second = series(set(at('20260611091240'), [{ code: II, digits: '7 8' }]));
  const made = file(series('<code code="EMPTY"/>'), series(one), second);
  const reader = await openBytes(aecg, made);
  expect(reader.header.leads.map(({ name }) => name)).toEqual(['I']);
  expect(codesOf(reader)).toEqual(['more-waveforms', 'aecg-no-digits']);
  expect(await aecg.parts(requestFor({ file: made }))).toEqual([
    { part: '', name: 'series 1' },
    { part: '2', name: 'series 2' },
  ]);
  const other = await openBytes(aecg, made, { part: '2' });
  expect(await storedOf(other, 0)).toEqual([7, 8]);
});

it('places annotations by absolute and by relative times, with their length and lead', async () => {
  const boundary = (code: string, value: string) =>
    `<component><boundary><code code="${code}"/><value>${value}</value></boundary></component>`;
  const annotation = (code: string, value: string, ...boundaries: readonly string[]) =>
    `<component><annotation><code code="${code}"/>${value}<support><supportingROI>${boundaries.join('')}</supportingROI></support></annotation></component>`;
  const annotations =
    '<subjectOf><annotationSet>' +
    annotation(
      'MDC_ECG_RHY',
      '<value code="MDC_ECG_RHY_ATR_FIB"/>',
      boundary(
        'TIME_ABSOLUTE',
        '<low value="20260611091230.010"/><high value="20260611091230.030"/>',
      ),
    ) +
    annotation(
      'MDC_ECG_WAVC',
      '<value code="MDC_ECG_WAVC_RWAVE"/>',
      boundary('TIME_RELATIVE', '<low value="20" unit="ms"/>'),
      boundary(II, ''),
    ) +
    '</annotationSet></subjectOf>';
  const both = [
    { code: I, digits: '1 2 3 4' },
    { code: II, digits: '1 2 3 4' },
  ];
  const reader = await openBytes(
    aecg,
    file(series(BEGAN, set(at('20260611091230.000'), both), annotations)),
  );
  const [found] = await reader.annotations();
  expect(found?.annotations).toMatchObject([
    { sample: 1, aux: 'MDC_ECG_RHY MDC_ECG_RHY_ATR_FIB', channel: 0, durationS: 0.02 },
    { sample: 2, aux: 'MDC_ECG_WAVC MDC_ECG_WAVC_RWAVE', channel: 1 },
  ]);
});

it('reads UTF-16 with and without a byte order mark, and says where letters are guessed', async () => {
  const name =
    '<componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject>' +
    '<subjectDemographicPerson><name>J\u00f6rg</name></subjectDemographicPerson></trialSubject>' +
    '</subject></subjectAssignment></componentOf></timepointEvent></componentOf>';
  const made = file(name, series(set(at('20260611091230'), [{ code: I, digits: '1' }])));
  const big = Buffer.from(made, 'utf16le').swap16();
  for (const bytes of [
    Buffer.from(`\ufeff${made}`, 'utf16le'),
    Buffer.from(made, 'utf16le'),
    big,
  ]) {
    expect(aecg.detect({ name: 'x.xml', size: bytes.length, head: bytes })).toBe(1);
    const reader = await openBytes(aecg, bytes);
    expect(reader.header.patient.name).toBe('J\u00f6rg');
    expect(codesOf(reader)).toEqual([]);
  }
  const guessed = await openBytes(aecg, Buffer.from(made, 'latin1'));
  expect(guessed.header.patient.name).toBe('J\u00f6rg');
  expect(codesOf(guessed)).toEqual(['xml-encoding']);
});

it('keeps the blanks between digits that are in several pieces', async () => {
  const digits = '1 2 <![CDATA[3 4]]><!-- a remark --> 5';
  const reader = await openBytes(
    aecg,
    file(series(set(at('20260611091230'), [{ code: I, digits }]))),
  );
  expect(await storedOf(reader, 0)).toEqual([1, 2, 3, 4, 5]);
});
