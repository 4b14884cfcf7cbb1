import { describe, expect, test } from 'vitest';
import type { CallContext, Handlers } from '../../../src-main/contract/api.ts';
import { RhythmarkError } from '../../../src-main/contract/errors.ts';
import { createDispatch } from '../../../src-main/services/dispatch.ts';
import { withoutPaths } from '../../../src-main/services/redaction.ts';

/** Dispatches `app.about` to a handler of the test's own; the others are never called. */
function dispatchTo(handler: (context: CallContext) => Promise<unknown>) {
  const log: string[] = [];
  const handlers = { 'app.about': (_: unknown, context: CallContext) => handler(context) };
  const dispatch = createDispatch(handlers as unknown as Handlers, (line) => log.push(line));
  return { dispatch, log };
}

const context = (): CallContext => ({ signal: new AbortController().signal });

describe('a call', () => {
  test('of an unknown method is refused, inherited names included', async () => {
    const { dispatch } = dispatchTo(() => Promise.resolve(1));
    for (const method of ['app.shutdown', '', '__proto__', 'constructor', 'toString']) {
      expect(await dispatch(method, {}, context())).toMatchObject({
        ok: false,
        error: { code: 'bad-request' },
      });
    }
  });

  test('with input that does not fit says which field, without its value', async () => {
    const { dispatch } = dispatchTo(() => Promise.resolve(1));
    const result = await dispatch('app.about', { patient: 'Mustermann' }, context());
    expect(result).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    expect(JSON.stringify(result)).not.toContain('Mustermann');
  });

  test('that fails on purpose keeps its code, message and detail', async () => {
    const { dispatch } = dispatchTo(() =>
      Promise.reject(new RhythmarkError('damaged-file', 'It is cut off.', 'byte 1204')),
    );
    expect(await dispatch('app.about', {}, context())).toEqual({
      ok: false,
      error: { code: 'damaged-file', message: 'It is cut off.', detail: 'byte 1204' },
    });
  });

  test('that throws by mistake answers without stack or path, and is logged without them', async () => {
    const secret = '/home/ward/Mustermann, Erika/night.hea';
    const { dispatch, log } = dispatchTo(() => {
      throw new TypeError(`cannot read '${secret}' of undefined, see ${secret}`);
    });
    const result = await dispatch('app.about', {}, context());
    expect(result).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(result)).not.toMatch(/home|Mustermann, Erika\/|\.ts:|at /);
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^app\.about failed: internal \(TypeError at .*dispatch\.test\.ts:\d+/);
    expect(log[0]).not.toMatch(/home|Erika/);
  });

  test('that was cancelled by its caller says so, whatever it threw', async () => {
    const abort = new AbortController();
    const { dispatch, log } = dispatchTo(() => {
      abort.abort();
      return Promise.reject(new Error('read interrupted'));
    });
    expect(await dispatch('app.about', {}, { signal: abort.signal })).toMatchObject({
      ok: false,
      error: { code: 'cancelled' },
    });
    expect(log).toEqual([]);
  });

  test('that was cancelled before it began is not begun', async () => {
    let begun = 0;
    const { dispatch } = dispatchTo(() => Promise.resolve((begun += 1)));
    const result = await dispatch('app.about', {}, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(begun).toBe(0);
  });

  test.each([null, undefined, 'text', 42, { code: 'x' }])(
    'that throws %j fails as any other',
    async (thrown) => {
      const { dispatch } = dispatchTo(() => {
        throw thrown;
      });
      expect(await dispatch('app.about', {}, context())).toMatchObject({
        ok: false,
        error: { code: 'internal' },
      });
    },
  );
});

describe('redaction', () => {
  test.each([
    [
      "ENOENT: no such file or directory, open '/home/a b/c.hea'",
      'ENOENT: no such file or directory, open …',
    ],
    ['at file:///srv/x/y.ts:3', 'at …'],
    ['cannot open C:\\Users\\Erika\\night.edf now', 'cannot open … now'],
    ['\\\\server\\share\\x is gone', '… is gone'],
    ['byte 88,410 of 12/24 leads', 'byte 88,410 of 12/24 leads'],
    ['gain 200/mV, SQLite 11', 'gain 200/mV, SQLite 11'],
  ])('turns %j into %j', (text, redacted) => {
    expect(withoutPaths(text)).toBe(redacted);
  });
});
