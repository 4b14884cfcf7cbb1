/** The unit of leads whose file states none: said by a person, seen at once, remembered, undone. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Input } from '../../../src-main/contract/api.ts';
import type { ChosenUnit, UnitChoice } from '../../../src-main/contract/lead-unit.ts';
import { matlab5File } from '../formats/stand-ins-arrays.ts';
import { GivenServices, temporaryFolder, writeRecording } from './given.ts';

const OFF = { highPassHz: 0, lowPassHz: 0, notchHz: 0 };

/** As `writeRecording`, whose stored values are in 200 to 1 mV; its header says neither. */
function writeUnitless(folder: string, name: string, durationS = 30): string {
  const path = writeRecording(folder, name, { durationS });
  writeFileSync(path, readFileSync(path, 'utf8').replace(' 200/mV ', ' 0 '));
  return path;
}

function writeTable(path: string, stored: (n: number) => number): string {
  mkdirSync(dirname(path), { recursive: true });
  const lines = Array.from({ length: 3000 }, (_, n) => `${n / 250},${stored(n)}`);
  writeFileSync(path, `time [s],II\n${lines.join('\n')}\n`);
  return path;
}

function stored(n: number): number {
  return Math.round(200 * Math.sin((2 * Math.PI * n) / 250)) + (n % 7);
}

async function givenUnitless(path = writeUnitless(temporaryFolder(), 'a')) {
  const given = new GivenServices();
  const [id = ''] = await given.add(path);
  await given.whenIdle();
  return { given, id };
}

function said(choice: UnitChoice): Omit<Input<'recording.setUnit'>, 'id'> {
  return {
    unit: { choice, origin: 'said' },
    remembered: choice.kind === 'unknown' ? null : choice,
  };
}

async function samples(given: GivenServices, id: string): Promise<number[]> {
  const view = { id, leads: [0], fromS: 0, toS: 2, columns: 5000, filters: OFF };
  const [signal] = await given.call('recording.signal', view);
  return signal?.kind === 'samples' ? [...signal.values] : [];
}

async function leadOf(given: GivenServices, id: string) {
  return (await given.call('recording.open', { id })).header.leads[0];
}

describe('a lead without a unit', () => {
  test.each<[string, UnitChoice, number]>([
    ['stored units per mV', { kind: 'perMv', stored: 200 }, 200],
    ['mV', { kind: 'mV' }, 1],
    ['\u00b5V', { kind: 'uV' }, 1000],
  ])('is read in mV once a person said %s', async (_, choice, perMv) => {
    const { given, id } = await givenUnitless();
    expect(await leadOf(given, id)).toMatchObject({ calibrated: false });
    await given.call('recording.setUnit', { id, ...said(choice) });
    expect(await leadOf(given, id)).toMatchObject({ calibrated: true, unit: 'mV', gain: perMv });
    const values = await samples(given, id);
    for (const [n, value] of values.entries()) expect(value).toBeCloseTo(stored(n) / perMv, 3);
  });

  test('keeps its verdicts, which depend on no unit, and says that a person said it', async () => {
    const { given, id } = await givenUnitless();
    const before = await given.call('recording.open', { id });
    const jobs = given.analyst.jobs.length;
    await given.call('recording.setUnit', { id, ...said({ kind: 'perMv', stored: 200 }) });
    await given.whenIdle();
    const after = await given.call('recording.open', { id });
    expect(after.verdicts).toEqual(before.verdicts);
    expect(after.row.status).toBe('classified');
    expect(given.analyst.jobs).toHaveLength(jobs);
    expect(after.header.notes.map(({ code }) => code)).not.toContain('wfdb-default-gain');
    expect(after.header.notes).toContainEqual({
      kind: 'assumed',
      code: 'unit-chosen',
      message: 'The unit of II is as a person said: 200 stored units per mV.',
    });
  });

  test('of a long recording has its overview in the same unit', async () => {
    const { given, id } = await givenUnitless(writeUnitless(temporaryFolder(), 'long', 14_400));
    const view = { id, leads: [0], fromS: 0, toS: 14_400, columns: 500, filters: OFF };
    const top = async (): Promise<number> => {
      const [signal] = await given.call('recording.signal', view);
      return signal?.kind === 'envelope' ? Math.max(...signal.max) : NaN;
    };
    const loose = await top();
    await given.call('recording.setUnit', { id, ...said({ kind: 'uV' }) });
    // WFDB takes 200 for want of a gain; as microvolts the stored values stand for themselves.
    expect(await top()).toBeCloseTo((loose * 200) / 1000, 4);
  });

  test('is without one again when that is undone, and nothing is remembered', async () => {
    const folder = temporaryFolder();
    const { given, id } = await givenUnitless(writeUnitless(folder, 'a'));
    const open = await given.call('recording.open', { id });
    const choice = fc.oneof(
      fc.constant<UnitChoice>({ kind: 'mV' }),
      fc.constant<UnitChoice>({ kind: 'uV' }),
      fc.constant<UnitChoice>({ kind: 'unknown' }),
      fc
        .double({ min: 1e-3, max: 1e6, noNaN: true })
        .map((units): UnitChoice => ({ kind: 'perMv', stored: units })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 4 }), async (choices) => {
        const undo = [];
        for (const one of choices) {
          undo.push(await given.call('recording.setUnit', { id, ...said(one) }));
        }
        for (const before of undo.reverse()) {
          await given.call('recording.setUnit', { id, ...before });
        }
        expect(await given.call('recording.open', { id })).toEqual(open);
      }),
      { numRuns: 25 },
    );
    const [other = ''] = await given.add(writeUnitless(folder, 'b'));
    expect(await leadOf(given, other)).toMatchObject({ calibrated: false });
  });

  test('that a person does not know stays without, whatever is remembered', async () => {
    const folder = temporaryFolder();
    const { given, id } = await givenUnitless(writeUnitless(folder, 'a'));
    await given.call('recording.setUnit', { id, ...said({ kind: 'unknown' }) });
    const [other = ''] = await given.add(writeUnitless(folder, 'b'));
    await given.call('recording.setUnit', { id: other, ...said({ kind: 'mV' }) });
    expect(await leadOf(given, id)).toMatchObject({ calibrated: false });
  });
});

describe('a unit that was said', () => {
  test('holds for recordings of the same shape anywhere, with a note', async () => {
    const { given, id } = await givenUnitless(writeUnitless(join(temporaryFolder(), 'one'), 'a'));
    await given.call('recording.setUnit', { id, ...said({ kind: 'perMv', stored: 200 }) });
    const [other = '', faster = ''] = await given.add(
      writeUnitless(join(temporaryFolder(), 'two'), 'b', 41),
      writeRecording(join(temporaryFolder(), 'two'), 'c', { samplingHz: 500 }),
    );
    await given.whenIdle();
    const details = await given.call('recording.open', { id: other });
    expect(details.header.leads[0]).toMatchObject({ calibrated: true, gain: 200 });
    expect(details.unit).toEqual<ChosenUnit>({
      choice: { kind: 'perMv', stored: 200 },
      origin: 'shape',
    });
    expect(details.header.notes.map(({ message }) => message)).toContain(
      'The unit of II is as a person said for another file of the same shape: 200 stored units per mV.',
    );
    expect((await given.call('recording.open', { id: faster })).unit).toBeNull();
  });

  test.each<[string, (folder: string, name: string) => string, string]>([
    [
      'text with a heading',
      (folder, name) => writeTable(join(folder, `${name}.csv`), stored),
      'anywhere',
    ],
    [
      'text of bare numbers',
      (folder, name) => {
        const path = writeTable(join(folder, `${name}.csv`), stored);
        writeFileSync(path, readFileSync(path, 'utf8').replace(/^time.*\n/, ''));
        return path;
      },
      'in its folder only',
    ],
    [
      'arrays',
      (folder, name) => {
        mkdirSync(folder, { recursive: true });
        const path = join(folder, `${name}.mat`);
        const values = Array.from({ length: 3000 }, (_, n) => stored(n));
        const matrices = [
          { name: 'ecg', rows: 3000, columns: 1, values },
          { name: 'fs', rows: 1, columns: 1, values: [250] },
        ];
        writeFileSync(
          path,
          matlab5File(
            matrices.map((one) => ({ ...one, type: 'int16' as const })),
            'plain',
          ),
        );
        return path;
      },
      'anywhere',
    ],
  ])('of %s holds %s', async (_, write, where) => {
    const place = temporaryFolder();
    const { given, id } = await givenUnitless(write(join(place, 'one'), 'a'));
    await given.call('recording.setUnit', { id, ...said({ kind: 'uV' }) });
    const [near = '', far = ''] = await given.add(
      write(join(place, 'one'), 'b'),
      write(join(place, 'two'), 'c'),
    );
    await given.whenIdle();
    expect(await leadOf(given, near)).toMatchObject({ calibrated: true });
    expect(await leadOf(given, far)).toMatchObject({ calibrated: where === 'anywhere' });
  });

  test('is kept over a restart, and with a file that was moved', async () => {
    const { given, id } = await givenUnitless();
    await given.call('recording.setUnit', { id, ...said({ kind: 'perMv', stored: 100 }) });
    const before = await given.call('recording.open', { id });
    await given.services.close();
    const again = new GivenServices({ libraryFolder: given.folder });
    expect(await again.call('recording.open', { id })).toEqual(before);
    await again.whenIdle();
    expect(await again.call('recording.open', { id })).toEqual(before);
  });

  test('is refused where the file states every unit', async () => {
    const { given, id } = await givenUnitless(writeRecording(temporaryFolder(), 'a'));
    await expect(
      given.call('recording.setUnit', { id, ...said({ kind: 'mV' }) }),
    ).rejects.toMatchObject({ code: 'bad-request' });
  });

  test('changes nothing of a lead that states another quantity', async () => {
    const folder = temporaryFolder();
    const path = writeTable(join(folder, 'a.csv'), stored);
    const text = readFileSync(path, 'utf8').replace('time [s],II', 'time [s],II,ABP [mmHg]');
    writeFileSync(
      path,
      text
        .split('\n')
        .map((line, n) => (n === 0 || line === '' ? line : `${line},${n % 120}`))
        .join('\n'),
    );
    const { given, id } = await givenUnitless(path);
    await given.call('recording.setUnit', { id, ...said({ kind: 'uV' }) });
    const { leads } = (await given.call('recording.open', { id })).header;
    expect(leads.map(({ unit }) => unit)).toEqual(['mV', 'mmHg']);
  });
});
