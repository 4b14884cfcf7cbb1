/** Whatever comes in for whichever method: an answer, never a throw, and the library as it was. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { METHOD_NAMES, type MethodName } from '../../../src-main/contract/api.ts';
import { ERROR_CODES } from '../../../src-main/contract/errors.ts';
import { GivenServices, temporaryFolder, writeRecording } from './given.ts';

const OFF = { highPassHz: 0, lowPassHz: 0, notchHz: 0 };

let given: GivenServices;
let ward: string;
let id: string;
let token: string;
let fileToken: string;

beforeEach(async () => {
  ward = join(temporaryFolder(), 'Mustermann Erika 1943');
  writeRecording(ward, 'a', { durationS: 12 });
  given = new GivenServices();
  [id = ''] = await given.add(ward);
  await given.whenIdle();
  [token = '', fileToken = ''] = given.services.tokensFor([ward, join(ward, 'a.hea')]);
});

/** Values that a field of the right name may have without being right. */
function nearMisses(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom(
      ...[NaN, Infinity, -Infinity, -0, -1, 0.5, 2 ** 53, 1e308, null, undefined, true, '', '\0'],
      ...['../../etc/passwd', 'C:\\', '__proto__', 'x'.repeat(100_000), '😀', '\ud800'],
      ...[[], {}, [[]], new Uint8Array(3), new Float32Array(2), new Date(0), /x/, () => 1],
      ...[Symbol('s'), 10n, new Map(), Object.create(null) as object],
    ),
    fc.integer(),
    fc.double(),
    fc.string(),
    fc.jsonValue(),
    fc.constant(id),
    fc.constant(token),
    fc.constant(fileToken),
  );
}

/** A valid input of each method, to spoil. */
function validInput(method: MethodName): Record<string, unknown> {
  const choice = {
    ...{ delimiter: ',', decimal: '.', headerRows: 1, samplingHz: 250, unit: 'mV' },
    roles: ['lead'],
  };
  switch (method) {
    case 'settings.set':
      return { theme: 'dark', speedMmPerS: 50, filters: OFF, pxPerMm: 3.6, reader: 'E.' };
    case 'files.openDialog':
      return { kind: 'files' };
    case 'folders.unwatch':
      return { token };
    case 'files.list':
      return { token, near: id };
    case 'files.typed':
      return { typed: `${ward}/a`, from: token };
    case 'worklist.add':
      return { tokens: [token] };
    case 'worklist.upload':
      return { upload: 'u', name: 'a.hea', offset: 0, bytes: new Uint8Array(4), last: false };
    case 'worklist.remove':
    case 'worklist.restore':
    case 'analysis.start':
      return { ids: [id] };
    case 'recording.setUnit':
      return { id, unit: { choice: { kind: 'uV' }, origin: 'said' }, remembered: null };
    case 'recording.locate':
      return { id, token: fileToken };
    case 'recording.locateOthers':
    case 'recording.putBack':
    case 'recording.open':
      return { id };
    case 'recording.signal':
      return { id, leads: [0], fromS: 0, toS: 5, columns: 500, filters: OFF };
    case 'recording.activation':
      return { id, lead: 0, index: 1 };
    case 'text.preview':
    case 'text.choose':
      return { id, choice };
    case 'models.choose':
      return { sha256: 'a'.repeat(64) };
    case 'import.summary':
      return { ids: [id] };
    case 'export.imports':
      return { ids: [id], format: 'csv' };
    case 'export.labels':
      return { ids: [id], per: 'window', format: 'csv' };
    case 'app.about':
    case 'settings.get':
    case 'files.recent':
    case 'worklist.addDemo':
    case 'worklist.list':
    case 'analysis.pause':
    case 'analysis.resume':
    case 'analysis.cancel':
    case 'analysis.progress':
    case 'models.list':
    case 'models.lookAgain':
    case 'content.progress':
    case 'content.cancel':
    case 'folders.watched':
      return {};
  }
}

/** Arbitrary values, valid inputs with a field spoilt, missing or added, fields swapped about. */
function hostileInput(method: MethodName): fc.Arbitrary<unknown> {
  const valid = validInput(method);
  const keys = Object.keys(valid);
  const spoilt = fc
    .tuple(fc.constantFrom(...keys, 'extra'), nearMisses())
    .map(([key, value]) => ({ ...valid, [key]: value }));
  const missing = fc
    .constantFrom(...keys, '')
    .map((key) => Object.fromEntries(Object.entries(valid).filter(([name]) => name !== key)));
  const nested = fc
    .tuple(
      fc.constantFrom('filters', 'choice', 'ids', 'unit', 'remembered', 'leads', 'tokens'),
      fc.jsonValue(),
    )
    .map(([key, value]) => ({ ...valid, [key]: value }));
  return fc.oneof(fc.anything(), fc.jsonValue(), nearMisses(), spoilt, missing, nested);
}

/** Making the demo recordings takes seconds; its input is as empty as that of the others. */
const METHODS = METHOD_NAMES.filter((method) => method !== 'worklist.addDemo');

describe('hostile input', () => {
  test.each(METHODS)('to %s gets an answer, and changes nothing it should not', async (method) => {
    const source = readdirSync(ward).map((name) => readFileSync(join(ward, name)));
    await fc.assert(
      fc.asyncProperty(hostileInput(method), async (input) => {
        const result = await given.result(method, input);
        if (!result.ok) {
          expect(ERROR_CODES).toContain(result.error.code);
          expect(result.error.code, JSON.stringify(result.error)).not.toBe('internal');
          const said = JSON.stringify(result.error);
          expect(said).not.toMatch(/Mustermann|\.ts:\d|node:internal/);
          expect(said).not.toContain(given.folder);
        }
      }),
      { numRuns: 150 },
    );
    expect(given.log.join('\n')).not.toMatch(/Mustermann|rhythmark-services-/);
    expect(readdirSync(ward).map((name) => readFileSync(join(ward, name)))).toEqual(source);
    await given.call('analysis.resume', {});
    await given.whenIdle();
    // Whatever was asked, the recording can be put back, opened and drawn.
    await given.call('worklist.restore', { ids: [id] });
    const rows = await given.call('worklist.list', {});
    expect(rows.map((row) => row.id)).toContain(id);
    const view = { id, leads: [0], fromS: 0, toS: 5, columns: 5000, filters: OFF };
    expect(await given.call('recording.signal', view)).toMatchObject([{ kind: 'samples' }]);
  });

  test('as the name of a method gets an answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.anything(), async (method, input) => {
        expect((await given.result(method, input)).ok).toBe(false);
      }),
    );
  });

  test('of objects that fight back gets an answer', async () => {
    const trap = new Proxy(
      {},
      {
        get() {
          throw new Error('get');
        },
        ownKeys() {
          throw new Error('ownKeys');
        },
      },
    );
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const getter = {
      get id(): string {
        throw new Error('getter');
      },
    };
    for (const method of METHODS) {
      for (const input of [trap, circle, getter, { id: trap }, { ids: circle }]) {
        expect((await given.result(method, input)).ok, method).toBe(false);
      }
    }
  });

  test('never makes settings that cannot be read back', async () => {
    await fc.assert(
      fc.asyncProperty(hostileInput('settings.set'), async (input) => {
        await given.result('settings.set', input);
        const settings = await given.call('settings.get', {});
        expect(await given.call('settings.set', settings)).toEqual(settings);
      }),
      { numRuns: 60 },
    );
  });
});
