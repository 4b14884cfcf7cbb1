import { EventEmitter } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const app = new (class extends EventEmitter {
  sandboxed = false;
  readonly switches: string[] = [];
  readonly commandLine = {
    appendSwitch: (name: string, value?: string) => {
      this.switches.push(value === undefined ? name : `${name}=${value}`);
    },
  };
  enableSandbox() {
    this.sandboxed = true;
  }
})();
const registerSchemesAsPrivileged = vi.fn();
vi.mock('electron', () => ({ app, protocol: { registerSchemesAsPrivileged, handle: vi.fn() } }));

const { isFrom, originOf, OWN_ORIGIN } = await import('../../../src-main/hosts/electron/origin.ts');
const { hardenProcess, mayLoad } = await import('../../../src-main/hosts/electron/security.ts');
const { answer, registerScheme } = await import('../../../src-main/hosts/electron/protocol.ts');

const DEV = originOf(false, 'http://localhost:5173/');

describe('the origin that is trusted', () => {
  test.each([
    ['rhythmark://app/', true],
    ['rhythmark://app/index.html#worklist', true],
    ['', false],
    ['about:blank', false],
    ['rhythmark://other/', false],
    ['rhythmark://app.evil.example/', false],
    ['rhythmark://app@evil.example/', false],
    ['https://app/', false],
    ['file:///etc/passwd', false],
    ['data:text/html,rhythmark://app/', false],
    ['javascript:rhythmark://app/', false],
    ['not a url', false],
  ])('of %j is ours: %j', (url, ours) => {
    expect(isFrom(OWN_ORIGIN, url)).toBe(ours);
  });

  test('is the dev server only in a checkout, and only on this machine', () => {
    expect(DEV).toMatchObject({ protocol: 'http:', host: 'localhost:5173' });
    expect(originOf(true, 'http://localhost:5173/')).toBe(OWN_ORIGIN);
    expect(originOf(false, undefined)).toBe(OWN_ORIGIN);
    expect(originOf(false, 'http://evil.example/')).toBe(OWN_ORIGIN);
    expect(originOf(false, 'https://localhost/')).toBe(OWN_ORIGIN);
  });
});

describe('what a session may load', () => {
  test.each([
    'https://example.com/',
    'http://127.0.0.1/',
    'ws://localhost:5173/',
    'wss://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/html,x',
    'blob:https://example.com/1',
    'chrome://gpu/',
    'view-source:rhythmark://app/',
    'devtools://devtools/bundled/x.js',
    '',
  ])('in an installed program is not %j', (url) => {
    expect(mayLoad(url, OWN_ORIGIN, true)).toBe(false);
  });

  test('is our own scheme, in a checkout the developer tools, and hot reload while developing', () => {
    expect(mayLoad('rhythmark://app/assets/x.js', OWN_ORIGIN, true)).toBe(true);
    expect(mayLoad('devtools://devtools/bundled/x.js', OWN_ORIGIN, false)).toBe(true);
    expect(mayLoad('ws://localhost:5173/', DEV, false)).toBe(true);
    expect(mayLoad('ws://localhost:9999/', DEV, false)).toBe(false);
    expect(mayLoad('ws://app/', OWN_ORIGIN, false)).toBe(false);
  });
});

/** Keeps each handler that is set, by the name of the setter. */
function fakeSession() {
  const handlers: Record<string, (...sent: unknown[]) => unknown> = {};
  const keep = (name: string) => (handler: (...sent: unknown[]) => unknown) => {
    handlers[name] = handler;
  };
  const spelling: boolean[] = [];
  const session = Object.assign(new EventEmitter(), {
    webRequest: { onBeforeRequest: keep('onBeforeRequest') },
    setPermissionRequestHandler: keep('permissionRequest'),
    setPermissionCheckHandler: keep('permissionCheck'),
    setDevicePermissionHandler: keep('devicePermission'),
    setDisplayMediaRequestHandler: keep('displayMedia'),
    setSpellCheckerEnabled: (enabled: boolean) => spelling.push(enabled),
  });
  return { session, handlers, spelling };
}

describe('hardening', () => {
  beforeEach(() => {
    app.removeAllListeners();
    app.switches.length = 0;
    hardenProcess(OWN_ORIGIN, true);
  });

  test('puts every renderer into the sandbox and lets no name resolve', () => {
    expect(app.sandboxed).toBe(true);
    expect(app.switches).toContain('host-resolver-rules=MAP * ~NOTFOUND');
    expect(app.switches).toContain('disable-background-networking');
  });

  test('refuses network, permissions, devices, captures and downloads in every session', () => {
    const { session, handlers, spelling } = fakeSession();
    app.emit('session-created', session);
    const decide = vi.fn();
    handlers['onBeforeRequest']?.({ url: 'https://example.com/' }, decide);
    expect(decide).toHaveBeenLastCalledWith({ cancel: true });
    handlers['onBeforeRequest']?.({ url: 'rhythmark://app/' }, decide);
    expect(decide).toHaveBeenLastCalledWith({ cancel: false });
    handlers['permissionRequest']?.(null, 'media', decide);
    expect(decide).toHaveBeenLastCalledWith(false);
    expect(handlers['permissionCheck']?.()).toBe(false);
    expect(handlers['devicePermission']?.()).toBe(false);
    handlers['displayMedia']?.({}, decide);
    expect(decide).toHaveBeenLastCalledWith(null);
    const preventDefault = vi.fn();
    session.emit('will-download', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
    expect(spelling).toEqual([false]);
  });

  test('refuses navigation, redirects, windows and web views in all web contents', () => {
    const open = vi.fn();
    const policy = vi.fn();
    const contents = Object.assign(new EventEmitter(), {
      setWindowOpenHandler: open,
      setWebRTCIPHandlingPolicy: policy,
    });
    app.emit('web-contents-created', {}, contents);
    const prevented = (event: string, details: object): boolean => {
      const preventDefault = vi.fn();
      contents.emit(event, { ...details, preventDefault });
      return preventDefault.mock.calls.length > 0;
    };
    const away = { url: 'https://example.com/', isMainFrame: true };
    const home = { url: 'rhythmark://app/', isMainFrame: true };
    expect(prevented('will-frame-navigate', away)).toBe(true);
    expect(prevented('will-frame-navigate', { ...away, url: '' })).toBe(true);
    expect(prevented('will-frame-navigate', { ...home, isMainFrame: false })).toBe(true);
    expect(prevented('will-frame-navigate', home)).toBe(false);
    expect(prevented('will-redirect', away)).toBe(true);
    expect(prevented('will-attach-webview', {})).toBe(true);
    expect(open.mock.calls[0]?.[0]()).toEqual({ action: 'deny' });
    expect(policy).toHaveBeenCalledWith('disable_non_proxied_udp');
  });
});

describe('the own scheme', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rhythmark-scheme-'));
    await mkdir(join(folder, 'page'));
    await writeFile(join(folder, 'page', 'index.html'), 'page');
    await writeFile(join(folder, 'secret.html'), 'secret');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is standard and secure, and has no privilege that the page does not need', () => {
    registerScheme();
    expect(registerSchemesAsPrivileged).toHaveBeenCalledWith([
      {
        scheme: 'rhythmark',
        privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
      },
    ]);
  });

  test('answers with the page under its policy', async () => {
    const response = await answer(join(folder, 'page'), 'GET', 'rhythmark://app/');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('page');
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test.each([
    ['GET', 'rhythmark://app/../secret.html', 404],
    ['GET', 'rhythmark://app/%2e%2e/secret.html', 404],
    ['GET', 'rhythmark://app/..%2fsecret.html', 404],
    ['GET', 'rhythmark://other/index.html', 403],
    ['POST', 'rhythmark://app/', 405],
  ])('refuses %s %s', async (method, url, status) => {
    const response = await answer(join(folder, 'page'), method, url);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe('');
  });
});
