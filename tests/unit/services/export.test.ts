import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gate, GivenServices, StandInAnalyst, temporaryFolder, writeRecording } from './given.ts';

const none = (): Promise<null> => Promise.resolve(null);

function ward(...names: string[]): string {
  const folder = join(temporaryFolder(), 'ward');
  for (const name of names) writeRecording(folder, name);
  return folder;
}

async function downloaded(
  given: GivenServices,
  ids: readonly string[] | undefined,
  per: 'window' | 'recording',
  format: 'csv' | 'json' | 'ndjson',
) {
  const file = await given.call('export.labels', {
    ...(ids ? { ids: [...ids] } : {}),
    per,
    format,
  });
  if (file.kind !== 'download') throw new Error(`not a download: ${file.kind}`);
  return file;
}

describe('exporting labels', () => {
  test('hands a browser the same rows as the command line writes', async () => {
    const given = new GivenServices();
    await given.add(ward('a', 'b'));
    await given.whenIdle();
    const { text, name, mime } = await downloaded(given, undefined, 'window', 'csv');
    const lines = text.trimEnd().split('\r\n');
    expect(lines[0]).toBe(
      'recording,path,lead,start_s,end_s,label,p_normal,p_af,p_other,p_noise,p_ectopy,uncertain,model',
    );
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 6).join(' '))).toEqual(
      ['a', 'b'].flatMap((recording) =>
        [0, 10, 20].map((s) => `${recording} ward/${recording}.hea II ${s} ${s + 10} normal`),
      ),
    );
    expect(name).toMatch(/^rhythmark-labels-per-window-\d{4}-\d\d-\d\d\.csv$/);
    expect(mime).toBe('text/csv');
  });

  test('is of what was chosen, in the order of the list', async () => {
    const given = new GivenServices();
    const ids = await given.add(ward('a', 'b', 'c'));
    await given.whenIdle();
    const { text } = await downloaded(given, [ids[2] ?? '', ids[0] ?? ''], 'recording', 'ndjson');
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { recording: string });
    expect(rows.map(({ recording }) => recording)).toEqual(['a', 'c']);
    expect((await downloaded(given, [ids[1] ?? ''], 'recording', 'json')).name).toMatch(
      /^b-labels-/,
    );
  });

  test('names what is not classified rather than leaving it out', async () => {
    const analyst = new StandInAnalyst();
    const held = gate();
    analyst.before = () => held.passed;
    const given = new GivenServices({ analyst });
    await given.add(ward('a'));
    const { text } = await downloaded(given, undefined, 'recording', 'json');
    const { rows } = JSON.parse(text) as { rows: { status: string; error: string }[] };
    expect(rows).toMatchObject([{ status: 'failed', error: 'Not classified yet by stand-in 1.' }]);
    held.open();
  });

  test('is under the reading in force and says which', async () => {
    const analyst = new StandInAnalyst();
    analyst.answer = [0.3, 0, 0.6, 0.1, 0];
    const given = new GivenServices({ analyst });
    await given.add(ward('a'));
    await given.whenIdle();
    const label = async () => {
      const { text } = await downloaded(given, undefined, 'recording', 'json');
      const { reading, notice, rows } = JSON.parse(text) as {
        reading: string;
        notice: string;
        rows: { label: string }[];
      };
      expect(notice).toBe('Research use only - not a medical device');
      return [reading, rows[0]?.label];
    };
    expect(await label()).toEqual(['cinc', 'other']);
    await given.call('settings.set', { reading: 'rhythm' });
    expect(await label()).toEqual(['rhythm', 'normal']);
  });

  test('asks the system where to, writes the file whole, and nothing when dismissed', async () => {
    const folder = temporaryFolder();
    let answer: string | null = join(folder, 'labels.csv');
    const dialogs = { open: none, locate: none, save: () => Promise.resolve(answer) };
    const given = new GivenServices({ dialogs });
    await given.add(ward('a'));
    await given.whenIdle();
    const input = { per: 'recording', format: 'csv' } as const;
    expect(await given.call('export.labels', input)).toEqual({ kind: 'saved', name: 'labels.csv' });
    expect(readFileSync(answer, 'utf8')).toMatch(/^recording,.*\r\na,ward\/a\.hea,WFDB,II,250,30,/);
    // What the table cannot say lies beside it, as the command line writes it.
    const about: unknown = JSON.parse(readFileSync(`${answer}.about.json`, 'utf8'));
    expect(about).toMatchObject({
      notice: 'Research use only - not a medical device',
      per: 'recording',
      reading: 'cinc',
    });
    answer = null;
    expect(await given.call('export.labels', input)).toEqual({ kind: 'dismissed' });
    expect(readdirSync(folder).filter((name) => name.startsWith('labels.csv'))).not.toEqual([]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('leaves what was there when the file cannot be written', async () => {
    const folder = join(temporaryFolder(), 'gone');
    const dialogs = {
      open: none,
      locate: none,
      save: () => Promise.resolve(join(folder, 'labels.csv')),
    };
    const given = new GivenServices({ dialogs });
    await given.add(ward('a'));
    await given.whenIdle();
    const result = await given.result('export.labels', { per: 'window', format: 'csv' });
    expect(result).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(JSON.stringify(result)).not.toContain(folder);
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    expect(await given.result('export.labels', { per: 'window', format: 'csv' })).toMatchObject({
      ok: true,
    });
  });

  test('of an empty list says that there is nothing', async () => {
    const given = new GivenServices();
    await expect(downloaded(given, undefined, 'window', 'csv')).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(downloaded(given, ['nobody'], 'window', 'csv')).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
