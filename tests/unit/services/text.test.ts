import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TextChoice, TextPreview } from '../../../src-main/contract/text.ts';
import { matlab5File } from '../formats/stand-ins-arrays.ts';
import { GivenServices, temporaryFolder, writeRecording } from './given.ts';

/** 30 s of two columns at 200 Hz; nothing in the file says that it is 200 Hz, or mV. */
function writeTable(path: string, heading: string | null): string {
  mkdirSync(dirname(path), { recursive: true });
  const lines = heading === null ? [] : [heading];
  for (let n = 0; n < 6000; n += 1) {
    lines.push(`${Math.sin(n / 30).toFixed(4)};${Math.cos(n / 30).toFixed(4)}`);
  }
  writeFileSync(path, lines.join('\n').replaceAll('.', ','));
  return path;
}

function answered(preview: TextPreview, samplingHz: number | null) {
  const { delimiter, decimal, headerRows, columns } = preview;
  const choice: TextChoice = {
    ...{ delimiter, decimal, headerRows, samplingHz, unit: 'mV' },
    roles: columns.map(() => 'lead'),
  };
  // The page sends what the preview said; its delimiter is one of those that the contract names.
  return { ...choice, delimiter: ';' as const, roles: [...choice.roles] };
}

async function statuses(given: GivenServices): Promise<[string, string][]> {
  return (await given.call('worklist.list', {})).map(({ name, status }) => [name, status]);
}

describe('a text file that leaves its rate open', () => {
  test('waits for a person, is previewed, and is classified once it was answered', async () => {
    const given = new GivenServices();
    const [id = ''] = await given.add(writeTable(join(temporaryFolder(), 'a.csv'), 'I;II'));
    await given.whenIdle();
    expect(await statuses(given)).toEqual([['a', 'needs-choice']]);
    const preview = await given.call('text.preview', { id });
    expect(preview).toMatchObject({ delimiter: ';', decimal: ',', open: ['samplingHz'] });
    const choice = answered(preview, 200);
    const looked = await given.call('text.preview', { id, choice });
    expect(looked).toMatchObject({ open: [], samplingHz: 200 });
    expect(looked.trace?.values).toHaveLength(2000);

    await given.call('text.choose', { id, choice });
    await given.whenIdle();
    const [row] = await given.call('worklist.list', {});
    expect(row).toMatchObject({
      status: 'classified',
      samplingHz: 200,
      durationS: 30,
      leads: ['I', 'II'],
    });
  });

  test('is not asked about again where one of the same heading was answered', async () => {
    const folder = temporaryFolder();
    const given = new GivenServices();
    const [id = ''] = await given.add(writeTable(join(folder, 'one', 'a.csv'), 'I;II'));
    await given.whenIdle();
    const choice = answered(await given.call('text.preview', { id }), 200);
    await given.call('text.choose', { id, choice });
    await given.add(
      writeTable(join(folder, 'two', 'b.csv'), 'I;II'),
      writeTable(join(folder, 'two', 'c.csv'), 'V1;V2'),
    );
    await given.whenIdle();
    expect(await statuses(given)).toEqual([
      ['a', 'classified'],
      ['b', 'classified'],
      ['c', 'needs-choice'],
    ]);
  });

  test('and has no heading shares its answer with its folder only', async () => {
    const folder = temporaryFolder();
    const given = new GivenServices();
    const [id = ''] = await given.add(writeTable(join(folder, 'one', 'a.csv'), null));
    await given.whenIdle();
    const choice = answered(await given.call('text.preview', { id }), 200);
    await given.call('text.choose', { id, choice });
    await given.add(
      writeTable(join(folder, 'one', 'b.csv'), null),
      writeTable(join(folder, 'two', 'c.csv'), null),
    );
    await given.whenIdle();
    expect(await statuses(given)).toEqual([
      ['a', 'classified'],
      ['b', 'classified'],
      ['c', 'needs-choice'],
    ]);
  });

  test('keeps waiting when the answer leaves it open or is about other columns', async () => {
    const given = new GivenServices();
    const [id = ''] = await given.add(writeTable(join(temporaryFolder(), 'a.csv'), 'I;II'));
    await given.whenIdle();
    const preview = await given.call('text.preview', { id });
    for (const choice of [
      answered(preview, null),
      { ...answered(preview, 200), roles: ['ignore' as const, 'ignore' as const] },
      { ...answered(preview, 200), roles: ['lead' as const] },
    ]) {
      await expect(given.call('text.choose', { id, choice })).rejects.toMatchObject({
        code: 'bad-request',
      });
    }
    expect(await statuses(given)).toEqual([['a', 'needs-choice']]);
  });

  test('can be answered otherwise later, and is then read and classified anew', async () => {
    const given = new GivenServices();
    const [id = ''] = await given.add(writeTable(join(temporaryFolder(), 'a.csv'), 'I;II'));
    await given.whenIdle();
    const choice = answered(await given.call('text.preview', { id }), 200);
    await given.call('text.choose', { id, choice });
    await given.whenIdle();
    await given.call('text.choose', { id, choice: { ...choice, samplingHz: 100 } });
    await given.whenIdle();
    const [row] = await given.call('worklist.list', {});
    expect(row).toMatchObject({ status: 'classified', durationS: 60, windowCount: 6 });
  });
});

/** 30 s of two arrays of two channels at 200 Hz; the file tells neither rate nor which is the ECG. */
function writeArrays(path: string, names: readonly [string, string], rate: number | null): string {
  mkdirSync(dirname(path), { recursive: true });
  const values = Array.from({ length: 12_000 }, (_, n) => Math.sin(n / 30));
  const arrays = names.map((name) => ({
    ...{ name, rows: 6000, columns: 2, values, type: 'float64' as const },
  }));
  const scalar = { name: 'fs', rows: 1, columns: 1, values: [rate ?? 0], type: 'float64' as const };
  writeFileSync(path, matlab5File(rate === null ? arrays : [...arrays, scalar], 'deflated'));
  return path;
}

describe('an array file that leaves its rate open', () => {
  test('is answered for files with the same arrays in any folder, which are noted', async () => {
    const folder = temporaryFolder();
    const given = new GivenServices();
    const arrays = ['probe', 'sensor'] as const;
    const [id = ''] = await given.add(writeArrays(join(folder, 'one', 'a.mat'), arrays, null));
    await given.whenIdle();
    const preview = await given.call('text.preview', { id });
    expect(preview).toMatchObject({ holds: 'arrays', open: ['samplingHz', 'columns'] });
    const choice = { ...answered(preview, 200), delimiter: ',' as const };
    const roles = ['lead' as const, 'ignore' as const, 'ignore' as const, 'ignore' as const];
    await given.call('text.choose', { id, choice: { ...choice, roles } });
    const [near = '', far = ''] = await given.add(
      writeArrays(join(folder, 'one', 'b.mat'), arrays, null),
      writeArrays(join(folder, 'two', 'c.mat'), arrays, null),
      writeArrays(join(folder, 'two', 'd.mat'), ['probe', 'other'], null),
      // It states a rate, so what was said of a file that states none is not said of it.
      writeArrays(join(folder, 'two', 'e.mat'), arrays, 500),
    );
    await given.whenIdle();
    expect(await statuses(given)).toEqual([
      ['a', 'classified'],
      ['b', 'classified'],
      ['c', 'classified'],
      ['d', 'needs-choice'],
      ['e', 'needs-choice'],
    ]);
    const notesOf = async (one: string) =>
      (await given.call('recording.open', { id: one })).header.notes.map(({ code }) => code);
    expect(await notesOf(id)).not.toContain('choice-remembered');
    expect(await notesOf(near)).toContain('choice-remembered');
    expect(await notesOf(far)).toContain('choice-remembered');
  });
});

describe('a format that says all about itself', () => {
  test('leaves nothing to choose', async () => {
    const given = new GivenServices();
    const [id = ''] = await given.add(writeRecording(temporaryFolder(), 'a'));
    await expect(given.call('text.preview', { id })).rejects.toMatchObject({ code: 'unsupported' });
    await expect(given.call('text.preview', { id: 'nobody' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
