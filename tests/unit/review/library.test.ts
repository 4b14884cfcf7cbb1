import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RIBBON_COLUMNS, type RecordingHeader } from '../../../src-main/contract/domain.ts';
import { RhythmarkError } from '../../../src-main/contract/errors.ts';
import { LIBRARY_FILE, openLibraryFile } from '../../../src-main/review/library-file.ts';
import { openLibrary, type Library } from '../../../src-main/review/library.ts';
import { DEFAULT_SETTINGS } from '../../../src-main/review/preferences.ts';
import type { FoundRecording } from '../../../src-main/review/recordings.ts';
import { SCHEMA_STEPS } from '../../../src-main/review/schema.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rhythmark-library-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

function open(folder: string): Library {
  const library = openLibrary(folder);
  onTestFinished(() => {
    library.close();
  });
  return library;
}

function found(name: string, changes: Partial<FoundRecording> = {}): FoundRecording {
  return {
    path: `/ward/${name}.hea`,
    part: '',
    name,
    folder: 'ward',
    sizeBytes: 1000,
    modifiedMs: 1.5,
    ...changes,
  };
}

const HEADER: RecordingHeader = {
  format: 'WFDB',
  durationS: 30,
  start: null,
  leads: [{ name: 'II', unit: 'mV', calibrated: true, samplingHz: 250, sampleCount: 7500 }],
  patient: { id: 'p-1', name: null, birthDate: null, sex: null, age: '61' },
  device: null,
  comments: [],
  notes: [{ kind: 'assumed', code: 'gain', message: 'Gain 200 assumed.' }],
  synthetic: false,
};

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof RhythmarkError ? error.code : String(error);
  }
  return 'no error';
}

describe('the library', () => {
  test('has after reopening what was in it', () => {
    const folder = newFolder();
    const library = openLibrary(folder);
    const { ids } = library.recordings.add([found('a'), found('b')]);
    library.recordings.setHeader(ids[0] ?? '', HEADER, 'f-1');
    library.preferences.setSettings({ theme: 'paper' });
    library.close();

    const again = open(folder);
    expect(again.notice).toBeNull();
    expect(again.recordings.listed().map(({ name, leads }) => [name, leads])).toEqual([
      ['a', ['II']],
      ['b', []],
    ]);
    expect(again.recordings.header(ids[0] ?? '')).toEqual(HEADER);
    expect(again.preferences.settings().theme).toBe('paper');
  });

  test('is refused as busy while another program has it open', () => {
    const folder = newFolder();
    open(folder);
    expect(codeOf(() => openLibrary(folder))).toBe('busy');
  });

  test('can be opened again at once after it was closed', () => {
    const folder = newFolder();
    openLibrary(folder).close();
    expect(open(folder).recordings.listed()).toEqual([]);
  });

  test.each([
    ['is no database', (bytes: Uint8Array) => bytes.fill(0x41)],
    ['has its header overwritten', (bytes: Uint8Array) => bytes.fill(0, 0, 64)],
    ['has pages of noise in the middle', (bytes: Uint8Array) => bytes.fill(0xa5, 4096, 16384)],
    ['is cut in half', (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1)],
  ])('is set aside, not deleted, when its file %s', (_, damage) => {
    const folder = newFolder();
    const library = openLibrary(folder);
    library.recordings.add(Array.from({ length: 500 }, (__, n) => found(`r${n}`)));
    library.close();
    const path = join(folder, LIBRARY_FILE);
    const damaged = damage(new Uint8Array(readFileSync(path)));
    writeFileSync(path, damaged);

    const fresh = open(folder);
    expect(fresh.notice).toContain('was damaged');
    expect(fresh.recordings.listed()).toEqual([]);
    const aside = readdirSync(folder).find((name) => /^library\.damaged-.*\.db$/.test(name)) ?? '';
    expect(fresh.notice).toContain(aside);
    expect(new Uint8Array(readFileSync(join(folder, aside)))).toEqual(new Uint8Array(damaged));
    expect(fresh.recordings.add([found('a')]).added).toBe(1);
  });

  test('keeps every damaged library when it happens twice in a second', () => {
    const folder = newFolder();
    for (let n = 0; n < 2; n += 1) {
      writeFileSync(join(folder, LIBRARY_FILE), 'no database at all'.repeat(100));
      openLibrary(folder).close();
    }
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toHaveLength(2);
  });

  test('of a newer version is refused and left as it was', () => {
    const folder = newFolder();
    openLibrary(folder).close();
    const path = join(folder, LIBRARY_FILE);
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA user_version = ${SCHEMA_STEPS.length + 1}`);
    database.close();
    const before = readFileSync(path);
    expect(codeOf(() => openLibrary(folder))).toBe('unsupported');
    expect(readdirSync(folder)).toEqual([LIBRARY_FILE]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('is brought to a new schema step by step, each whole or not at all', () => {
    const folder = newFolder();
    const first = openLibraryFile(folder, SCHEMA_STEPS);
    first.connection.run(`INSERT INTO setting (name, value) VALUES ('theme', '"dark"')`);
    first.connection.close();
    const broken = [
      ...SCHEMA_STEPS,
      'CREATE TABLE later (x INTEGER) STRICT;',
      'CREATE TABLE half (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);',
    ];
    expect(codeOf(() => openLibraryFile(folder, broken))).toBe('internal');

    const after = openLibraryFile(folder, broken.slice(0, -1));
    onTestFinished(() => {
      after.connection.close();
    });
    const version = after.connection.get('PRAGMA user_version')?.['user_version'];
    expect(version).toBe(SCHEMA_STEPS.length + 1);
    expect(after.connection.get(`SELECT count(*) AS n FROM later`)?.['n']).toBe(0);
    expect(codeOf(() => after.connection.get('SELECT * FROM half'))).toBe('internal');
    expect(after.connection.all('SELECT value FROM setting')).toHaveLength(1);
  });

  test('from before windows had a distance keeps its verdicts, which then tell none', () => {
    const folder = newFolder();
    const { connection } = openLibraryFile(folder, SCHEMA_STEPS.slice(0, 2));
    connection.exec(
      `INSERT INTO recording (id, path, part, name, folder, size_bytes, modified_ms, status)
         VALUES ('r', '/ward/a.hea', '', 'a', 'ward', 1, 1, 'classified');
       INSERT INTO model_verdict (recording, lead, model_sha256, start_s, end_s, probabilities)
         VALUES ('r', 0, 'm', x'0000000000000000', x'0000000000002440',
                 x'0000003f0000803e000000000000803e00000000')`,
    );
    connection.close();
    expect(open(folder).modelVerdicts.read('r', 'm')).toEqual(oneWindow());
  });

  test('from before windows were judged in context keeps its verdicts, which are those alone', () => {
    const folder = newFolder();
    const { connection } = openLibraryFile(folder, SCHEMA_STEPS.slice(0, 8));
    connection.exec(
      `INSERT INTO recording (id, path, part, name, folder, size_bytes, modified_ms, status)
         VALUES ('r', '/ward/a.hea', '', 'a', 'ward', 1, 1, 'classified');
       INSERT INTO model_verdict (recording, lead, model_sha256, start_s, end_s, probabilities,
         evidence)
         VALUES ('r', 0, 'm', x'0000000000000000', x'0000000000002440',
                 x'0000003f0000803e000000000000803e00000000', x'0000003f')`,
    );
    connection.close();
    const { modelVerdicts } = open(folder);
    const evidence = Float32Array.of(0.5);
    expect(modelVerdicts.read('r', 'm')).toEqual({ ...oneWindow(), evidence });
    const both = { ...oneWindow(), evidence, alone: Float32Array.of(1, 0, 0, 0, 0) };
    modelVerdicts.store('r', 'm', both, []);
    expect(modelVerdicts.read('r', 'm')).toEqual(both);
  });

  test('says disk-full and is as it was when the disk takes no more', () => {
    const folder = newFolder();
    const { connection } = openLibraryFile(folder);
    onTestFinished(() => {
      connection.close();
    });
    const pages = Number(connection.get('PRAGMA page_count')?.['page_count']);
    // SQLite's own limit stands for the disk's: the result code is the same.
    connection.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const fill = () =>
      connection.transaction(() => {
        for (let n = 0; n < 100; n += 1) {
          connection.run(
            'INSERT INTO text_choice (shape, choice, chosen_ms) VALUES (?, ?, 0)',
            `s${n}`,
            'x'.repeat(1000),
          );
        }
      });
    expect(codeOf(fill)).toBe('disk-full');
    expect(connection.all('SELECT * FROM text_choice')).toEqual([]);
    connection.exec('PRAGMA max_page_count = 100000');
    fill();
    expect(connection.all('SELECT * FROM text_choice')).toHaveLength(100);
  });

  test('leaves nothing beside its one file when it is closed', () => {
    const folder = newFolder();
    openLibrary(folder).close();
    expect(readdirSync(folder)).toEqual([LIBRARY_FILE]);
    expect(statSync(join(folder, LIBRARY_FILE)).size).toBeGreaterThan(0);
    expect(existsSync(join(folder, `${LIBRARY_FILE}-wal`))).toBe(false);
  });
});

describe('the list of recordings', () => {
  test('takes a file once, whatever part of a batch it comes in', () => {
    const { recordings } = open(newFolder());
    const first = recordings.add([found('a'), found('b'), found('a')]);
    expect(first).toMatchObject({ added: 2, alreadyListed: 1 });
    expect(recordings.add([found('b'), found('c')])).toMatchObject({ added: 1, alreadyListed: 1 });
    expect(recordings.listed().map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(first.ids[2]).toBe(first.ids[0]);
  });

  test('begins a recording anew when its file changed, and keeps it when it did not', () => {
    const { recordings, modelVerdicts } = open(newFolder());
    const [id = ''] = recordings.add([found('a')]).ids;
    recordings.setHeader(id, HEADER, 'f-1');
    modelVerdicts.store(id, 'm', oneWindow(), []);
    recordings.setClassified(id);

    recordings.setRemoved([id], 'removed');
    recordings.add([found('a')]);
    expect(recordings.get(id)).toMatchObject({ status: 'classified', headerRead: true });
    expect(modelVerdicts.read(id, 'm')).toEqual(oneWindow());

    recordings.add([found('a', { modifiedMs: 2 })]);
    expect(recordings.get(id)).toMatchObject({ status: 'waiting', headerRead: false });
    expect(modelVerdicts.read(id, 'm')).toBeNull();
  });

  test('gives a failed recording another chance when it is added again', () => {
    const { recordings } = open(newFolder());
    const [id = ''] = recordings.add([found('a')]).ids;
    recordings.setFailed(id, { message: 'Cut off.', detail: 'byte 12' });
    expect(recordings.get(id)?.failure).toEqual({ message: 'Cut off.', detail: 'byte 12' });
    recordings.add([found('a')]);
    expect(recordings.get(id)).toMatchObject({ status: 'waiting', failure: null });
  });

  test('undoes a removal exactly', () => {
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3, 4]), (chosen) => {
        const folder = mkdtempSync(join(tmpdir(), 'rhythmark-library-'));
        const library = openLibrary(folder);
        const { recordings } = library;
        const { ids } = recordings.add(['a', 'b', 'c', 'd', 'e'].map((name) => found(name)));
        const before = recordings.listed();
        const gone = chosen.map((index) => ids[index] ?? '');
        expect(recordings.setRemoved(gone, 'removed')).toBe(gone.length);
        expect(recordings.listed()).toHaveLength(5 - gone.length);
        expect(recordings.setRemoved(gone, 'listed')).toBe(gone.length);
        expect(recordings.listed()).toEqual(before);
        library.close();
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 15 },
    );
  });

  test('reads a header of an unknown form as never stored', () => {
    const folder = newFolder();
    const library = openLibrary(folder);
    const [id = ''] = library.recordings.add([found('a')]).ids;
    library.recordings.setHeader(id, HEADER, 'f');
    library.close();
    const database = new DatabaseSync(join(folder, LIBRARY_FILE));
    database.exec(`UPDATE recording SET header = '{"format": 7}', leads = 'no json'`);
    database.close();
    const { recordings } = open(folder);
    expect(recordings.header(id)).toBeNull();
    expect(recordings.get(id)?.leads).toEqual([]);
  });
});

describe("the model's verdicts", () => {
  test('come back bit for bit', () => {
    const { recordings, modelVerdicts } = open(newFolder());
    const [id = ''] = recordings.add([found('a')]).ids;
    const seconds = fc.float64Array({ minLength: 0, maxLength: 50, noNaN: true });
    fc.assert(
      fc.property(seconds, fc.nat(11), fc.infiniteStream(fc.float()), (startS, lead, values) => {
        const verdicts = {
          leadIndex: lead,
          startS,
          endS: startS.map((start) => start + 10),
          probabilities: Float32Array.from(
            { length: startS.length * 5 },
            () => values.next().value,
          ),
          unlike: Float32Array.from(startS, () => values.next().value),
          ...(startS.length > 0 && {
            evidence: Float32Array.from({ length: startS.length * 3 }, () => values.next().value),
            alone: Float32Array.from({ length: startS.length * 5 }, () => values.next().value),
          }),
        };
        modelVerdicts.store(id, 'm', verdicts, []);
        expect(modelVerdicts.read(id, 'm')).toEqual(verdicts);
      }),
      { numRuns: 50 },
    );
  });

  test('count as never given where what is stored of windows by themselves has not their number', () => {
    const folder = newFolder();
    const { connection } = openLibraryFile(folder);
    connection.exec(
      `INSERT INTO recording (id, path, part, name, folder, size_bytes, modified_ms, status)
         VALUES ('r', '/ward/a.hea', '', 'a', 'ward', 1, 1, 'classified');
       WITH v (model, bytes) AS (VALUES ('none', 0), ('short', 19), ('long', 40), ('whole', 20))
         INSERT INTO model_verdict
             (recording, lead, model_sha256, start_s, end_s, probabilities, alone)
           SELECT 'r', 0, model, x'0000000000000000', x'0000000000002440', zeroblob(20),
                  zeroblob(bytes)
           FROM v`,
    );
    connection.close();
    const { modelVerdicts } = open(folder);
    for (const model of ['none', 'short', 'long'])
      expect(modelVerdicts.read('r', model)).toBeNull();
    expect(modelVerdicts.read('r', 'whole')?.alone).toEqual(new Float32Array(5));
  });

  test('of two models stand side by side', () => {
    const { recordings, modelVerdicts } = open(newFolder());
    const [id = ''] = recordings.add([found('a')]).ids;
    modelVerdicts.store(id, 'old', oneWindow(0.1), []);
    modelVerdicts.store(id, 'new', oneWindow(0.7), []);
    expect(modelVerdicts.read(id, 'old')).toEqual(oneWindow(0.1));
    expect(modelVerdicts.read(id, 'new')).toEqual(oneWindow(0.7));
    expect(modelVerdicts.has(id, 'newer')).toBe(false);
  });

  test('are summed up for one threshold and one recording head: others find no summary', () => {
    const { recordings, modelVerdicts } = open(newFolder());
    const [id = ''] = recordings.add([found('a')]).ids;
    const composition = { normal: 10, af: 0, other: 0, noise: 0, noSignal: 0, uncertain: 0 };
    const summary = {
      windowCount: 1,
      composition,
      ribbon: new Uint8Array(RIBBON_COLUMNS),
      whole: { normal: 0.5, af: 0.25, other: 0.25, noise: 0, ectopy: 0.125 },
      head: 'h',
    };
    const summaries = (['cinc', 'rhythm'] as const).map((reading) => ({
      reading,
      threshold: 0.6,
      ...summary,
    }));
    modelVerdicts.store(id, 'm', oneWindow(), summaries);
    expect(modelVerdicts.summary(id, 'm', 'cinc', 0.6)).toEqual(summaries[0]);
    expect([...modelVerdicts.summaries('m', 'rhythm', 0.6)]).toEqual([[id, summaries[1]]]);
    expect(modelVerdicts.summary(id, 'm', 'cinc', 0.7)).toBeNull();
    expect(modelVerdicts.withoutSummary('m', 0.6, 'h')).toEqual([]);
    expect(modelVerdicts.withoutSummary('m', 0.7, 'h')).toEqual([id]);
    expect(modelVerdicts.withoutSummary('m', 0.6, 'another head')).toEqual([id]);
  });

  test('as a whole are none where a recording is too long for one, or what is kept is damaged', () => {
    const folder = newFolder();
    const library = openLibrary(folder);
    const [id = ''] = library.recordings.add([found('a')]).ids;
    const summary = {
      ...{ reading: 'cinc' as const, threshold: 0.6, windowCount: 1, head: 'h' },
      composition: { normal: 10, af: 0, other: 0, noise: 0, noSignal: 0, uncertain: 0 },
      ribbon: new Uint8Array(RIBBON_COLUMNS),
      whole: null,
    };
    library.modelVerdicts.store(id, 'm', oneWindow(), [summary]);
    expect(library.modelVerdicts.summary(id, 'm', 'cinc', 0.6)).toEqual(summary);
    library.close();
    const { connection } = openLibraryFile(folder);
    connection.exec(`UPDATE model_summary SET whole = '{"normal":"much"}'`);
    connection.close();
    expect(open(folder).modelVerdicts.summary(id, 'm', 'cinc', 0.6)).toEqual(summary);
  });
});

describe('preferences', () => {
  test('are sensible before anybody chose', () => {
    expect(open(newFolder()).preferences.settings()).toEqual(DEFAULT_SETTINGS);
    expect(DEFAULT_SETTINGS).toMatchObject({ speedMmPerS: 25, gainMmPerMv: 10, reading: 'cinc' });
  });

  test('that do not fit any more fall back to their defaults one by one', () => {
    const { preferences } = open(newFolder());
    preferences.setSettings({ theme: 'neon', gainMmPerMv: 20, pxPerMm: -4, unheardOf: true });
    expect(preferences.settings()).toEqual({ ...DEFAULT_SETTINGS, gainMmPerMv: 20 });
  });

  test('offer the folders opened last, newest first and not too many', () => {
    const { preferences } = open(newFolder());
    for (let n = 0; n < 20; n += 1) {
      preferences.rememberFolder({ path: `/ward/${n}`, name: `${n}`, openedMs: n });
    }
    preferences.rememberFolder({ path: '/ward/15', name: '15', openedMs: 99 });
    const names = preferences.recentFolders().map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['15', '19', '18']);
    expect(names).toHaveLength(12);
  });
});

function oneWindow(af = 0.25) {
  return {
    leadIndex: 0,
    startS: Float64Array.of(0),
    endS: Float64Array.of(10),
    probabilities: Float32Array.of(0.75 - af, af, 0, 0.25, 0),
    unlike: Float32Array.of(NaN),
  };
}
