import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Result } from '../../../src-main/contract/errors.ts';
import { METHOD_NAMES } from '../../../src-main/contract/api.ts';
import type { Bridge } from '../../../src-main/contract/bridge.ts';

type Handler = (event: unknown, ...sent: unknown[]) => unknown;
const handlers = new Map<string, Handler>();
const ipcRenderer = Object.assign(new EventEmitter(), { invoke: vi.fn(), send: vi.fn() });
const exposed = new Map<string, unknown>();
vi.mock('electron', () => ({
  ipcMain: {
    handle: (channel: string, handler: Handler) => handlers.set(channel, handler),
    on: (channel: string, handler: Handler) => handlers.set(channel, handler),
  },
  ipcRenderer,
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => exposed.set(name, value) },
  webUtils: { getPathForFile: (file: { path?: string }) => file.path ?? '' },
}));

const { bindIpc, isOwnFrame } = await import('../../../src-main/hosts/electron/ipc.ts');
const { OWN_ORIGIN } = await import('../../../src-main/hosts/electron/origin.ts');
const { CHANNELS } = await import('../../../src-main/hosts/electron/channels.ts');
await import('../../../src-main/hosts/electron/preload.ts');

const PAGE = { url: 'rhythmark://app/', parent: null };

describe('the sender of a message', () => {
  test.each([
    ['the main frame of our page', PAGE, true],
    ['a frame that is gone', null, false],
    ['a frame without a URL', { url: '', parent: null }, false],
    ['a frame within the page', { url: 'rhythmark://app/', parent: {} }, false],
    ['another page', { url: 'https://example.com/', parent: null }, false],
    ['an empty page', { url: 'about:blank', parent: null }, false],
  ])('%s is trusted: %#', (_, senderFrame, trusted) => {
    expect(isOwnFrame({ senderFrame: senderFrame as never }, OWN_ORIGIN)).toBe(trusted);
  });
});

describe('a message to the main process', () => {
  const dispatch = vi.fn();
  const tokensFor = vi.fn((paths: readonly string[]) => paths.map((path) => `token of ${path}`));
  let sender: EventEmitter;
  const send = (channel: string, ...sent: unknown[]) =>
    handlers.get(channel)?.({ sender, senderFrame: PAGE }, ...sent);
  const sendFrom = (url: string, channel: string, ...sent: unknown[]) =>
    handlers.get(channel)?.({ sender, senderFrame: { url, parent: null } }, ...sent);

  beforeEach(() => {
    dispatch.mockReset().mockResolvedValue({ ok: true, value: 1 });
    tokensFor.mockClear();
    sender = new EventEmitter();
    bindIpc({ dispatch, tokensFor, close: () => Promise.resolve() }, OWN_ORIGIN);
  });

  test('is dispatched, and its result comes back as it is', async () => {
    expect(await send(CHANNELS.call, '1', 'app.about', { a: 1 })).toEqual({ ok: true, value: 1 });
    expect(dispatch.mock.calls[0]?.slice(0, 2)).toEqual(['app.about', { a: 1 }]);
  });

  test.each(['', 'https://example.com/'])('from %j reaches nothing', async (url) => {
    const refused = await sendFrom(url, CHANNELS.call, '1', 'app.about', {});
    expect(refused).toMatchObject({ ok: false, error: { code: 'access-denied' } });
    expect(sendFrom(url, CHANNELS.tokens, ['/etc/passwd'])).toEqual([]);
    sendFrom(url, CHANNELS.cancel, '1');
    expect(dispatch).not.toHaveBeenCalled();
    expect(tokensFor).not.toHaveBeenCalled();
  });

  test.each([[[]], [['1']], [[1, 'app.about', {}]], [['1', {}, {}]], [['', 'app.about', {}]]])(
    'of another shape reaches nothing: %j',
    async (sent) => {
      const refused = await send(CHANNELS.call, ...sent);
      expect(refused).toMatchObject({ ok: false, error: { code: 'bad-request' } });
      expect(dispatch).not.toHaveBeenCalled();
    },
  );

  test('cancels one call by its name, and all when the page goes', async () => {
    const signals: AbortSignal[] = [];
    const ends: (() => void)[] = [];
    dispatch.mockImplementation((_method, _input, { signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return new Promise((resolve) => {
        ends.push(() => {
          resolve({ ok: true, value: null });
        });
      });
    });
    const calls = [send(CHANNELS.call, 'a', 'm', {}), send(CHANNELS.call, 'b', 'm', {})];
    send(CHANNELS.cancel, 'a');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    sender.emit('render-process-gone');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    for (const end of ends) end();
    await Promise.all(calls);
  });

  test('gives tokens for paths, and for nothing else', () => {
    expect(send(CHANNELS.tokens, ['/a.edf'])).toEqual(['token of /a.edf']);
    expect(send(CHANNELS.tokens, ['/a.edf', 7])).toEqual([]);
    expect(send(CHANNELS.tokens, 'x')).toEqual([]);
  });
});

describe('the bridge that the page sees', () => {
  const bridge = exposed.get('rhythmark') as Bridge;

  test('is all that the page sees, and holds no part of Electron', () => {
    expect([...exposed.keys()]).toEqual(['rhythmark']);
    expect(Object.keys(bridge).sort()).toEqual(['call', 'cancel', 'on', 'tokensOf']);
  });

  test('passes on the methods of the contract and no others', async () => {
    ipcRenderer.invoke.mockReset().mockResolvedValue({ ok: true, value: 1 });
    for (const method of METHOD_NAMES) await bridge.call('1', method, {});
    expect(ipcRenderer.invoke.mock.calls.map(([, , method]) => method as string)).toEqual(
      METHOD_NAMES,
    );
    ipcRenderer.invoke.mockClear();
    const result: Result<unknown> = await bridge.call('1', 'toString' as never, {});
    expect(result).toMatchObject({ ok: false });
    expect(ipcRenderer.invoke).not.toHaveBeenCalled();
  });

  test('tells events by name, without the event object, until told to stop', () => {
    const heard: unknown[] = [];
    const stop = bridge.on('command', (payload) => heard.push(payload));
    ipcRenderer.emit(CHANNELS.event, { sender: 'secret' }, 'command', { name: 'help' });
    ipcRenderer.emit(CHANNELS.event, {}, '__proto__', { name: 'no' });
    stop();
    ipcRenderer.emit(CHANNELS.event, {}, 'command', { name: 'later' });
    expect(heard).toEqual([{ name: 'help' }]);
  });

  test('asks for tokens of files that have a path; a file made by a script has none', async () => {
    ipcRenderer.invoke.mockReset().mockResolvedValue(['token']);
    const dropped = Object.assign(new File([], 'a.edf'), { path: '/a.edf' });
    expect(await bridge.tokensOf([dropped, new File([], '/etc/passwd')])).toEqual(['token']);
    expect(ipcRenderer.invoke).toHaveBeenCalledWith(CHANNELS.tokens, ['/a.edf']);
  });
});
