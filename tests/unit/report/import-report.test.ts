/** What `rhythmark info --report` writes. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  rowOfRefusal,
  rowsOfHeader,
  writeImportReport,
} from '../../../src-main/report/import-report.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const rows = [
  ...rowsOfHeader('night', 'a/night.edf', {
    format: 'EDF+',
    durationS: 12.3456,
    leads: [],
    notes: [{ kind: 'repaired', code: 'edf-cut-off', message: 'Cut, off', place: 'byte 7' }],
  }),
  rowOfRefusal('notes', 'a/notes.txt', { code: 'not-a-recording', message: 'No.' }),
];

it('writes a row for what was read, each note and each refusal, as CSV', async () => {
  const out = join(folder, 'report.csv');
  await writeImportReport(out, rows);
  expect((await readFile(out, 'utf8')).split('\r\n')).toEqual([
    'recording,path,kind,code,message,place',
    'night,a/night.edf,read,read,"EDF+, 0 leads, 12.346 s",',
    'night,a/night.edf,repaired,edf-cut-off,"Cut, off",byte 7',
    'notes,a/notes.txt,refused,not-a-recording,No.,',
    '',
  ]);
});

it('writes the same as JSON where the name ends so', async () => {
  const out = join(folder, 'report.json');
  await writeImportReport(out, rows);
  const parsed: unknown = JSON.parse(await readFile(out, 'utf8'));
  expect(parsed).toMatchObject([
    { code: 'read', place: null },
    { kind: 'repaired', place: 'byte 7' },
    { recording: 'notes', kind: 'refused' },
  ]);
});
