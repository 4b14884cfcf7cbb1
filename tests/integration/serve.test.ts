/** `POST /api/classify` with the real services, formats and model, in this process. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLoopback, type Loopback } from '../../src-main/hosts/loopback/server.ts';
import { classifyFolder } from '../../src-main/hosts/loopback/classify-folder.ts';
import { programLayout } from '../../src-main/hosts/layout.ts';
import { openProgram, type Program } from '../../src-main/hosts/program.ts';
import { spawnWithNode } from '../../src-main/rhythm/port.ts';
import { DEMO_RECORDINGS, writeDemoRecordings } from '../fixtures/recordings.ts';

let folder: string;
let loopback: Loopback;
let program: Program;
/** A header and the signal file that it names. */
let recording: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-serve-'));
  const [shortest] = DEMO_RECORDINGS.filter(
    ({ format, spec }) => format === 'wfdb-16' && spec.durationS >= 20,
  ).sort((a, b) => a.spec.durationS - b.spec.durationS);
  const [header = ''] = await writeDemoRecordings(folder, {
    recordings: shortest ? [shortest] : [],
  });
  recording = [header, header.replace(/hea$/, 'dat')];
  loopback = await startLoopback({
    port: 0,
    pageFolder: folder,
    classifyToken: 'required',
    lingerS: 'never',
    openBackend: async (announce) => {
      program = await openProgram(
        {
          host: 'loopback',
          spawn: spawnWithNode(programLayout().analysisEntry),
          libraryFolder: join(folder, 'library'),
        },
        announce,
      );
      return program;
    },
    classify: (place, per, signal) => classifyFolder(program)(place, per, signal),
  });
});
afterAll(async () => {
  await loopback.close();
  await rm(folder, { recursive: true });
});

function post(query: string, body: string | FormData): Promise<Response> {
  return fetch(`${loopback.origin}/api/classify${query}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${loopback.token}` },
    body,
  });
}

test('the files of a WFDB record are answered with a label and no path', async () => {
  const form = new FormData();
  for (const path of recording)
    form.append('file', new File([await readFile(path)], basename(path)));
  const response = await post('?per=recording', form);
  const answer = (await response.json()) as { rows: Record<string, unknown>[]; model: object };
  expect(response.status).toBe(200);
  expect(answer.model).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  expect(answer.rows).toEqual([
    expect.objectContaining({ status: 'classified', path: '', format: 'WFDB' }),
  ]);
  expect(['normal', 'af', 'other', 'noise']).toContain(answer.rows[0]?.['label']);
});

test('windows are told one by one unless said', async () => {
  const form = new FormData();
  for (const path of recording)
    form.append('file', new File([await readFile(path)], basename(path)));
  const { rows } = (await (await post('', form)).json()) as { rows: { start_s: number }[] };
  expect(rows.slice(0, 2).map(({ start_s }) => start_s)).toEqual([0, 10]);
});

test.each([
  ['something else', '?name=a.pdf', '%PDF-1.7 not a recording', 422],
  ['a header without its signal', '?name=a.hea', 'a 1 250 2500\na.dat 16 200 16 0 0 0 0 I\n', 422],
  ['nothing', '?name=a.edf', '', 422],
  ['an unknown way of answering', '?per=beat', 'x', 400],
])('%s is answered with the reason, not with a label', async (_, query, body, status) => {
  const response = await post(query, body);
  const { error } = (await response.json()) as { error: { message: string } };
  expect(response.status).toBe(status);
  expect(error.message.length).toBeGreaterThan(10);
  expect(JSON.stringify(error)).not.toContain(tmpdir());
});
