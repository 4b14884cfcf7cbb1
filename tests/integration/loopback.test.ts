import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { RhythmarkError, type Result } from '../../src-main/contract/errors.ts';
import type { Announce } from '../../src-main/contract/events.ts';
import { decodeFrame, encodeFrame, WIRE_CLOSE } from '../../src-main/contract/wire.ts';
import type { Backend } from '../../src-main/hosts/backend.ts';
import {
  startLoopback,
  type Loopback,
  type LoopbackOptions,
} from '../../src-main/hosts/loopback/server.ts';

let folder: string;
let loopback: Loopback;
let announce: Announce;
/** Calls that wait until they are cancelled, by the name they were asked for. */
const waiting = new Map<string, AbortSignal>();
let closed: number;

/** Stands in for the services: this is about what lies between them and a page. */
const backend: Backend = {
  async dispatch(method, input, { signal }): Promise<Result<unknown>> {
    if (method === 'echo') return { ok: true, value: input };
    if (method === 'defect') return { ok: true, value: () => 0 };
    if (method === 'wait') {
      waiting.set(String(input), signal);
      await once(signal, 'abort');
      return { ok: false, error: { code: 'cancelled', message: 'Cancelled.' } };
    }
    return { ok: false, error: { code: 'bad-request', message: 'There is no such method.' } };
  },
  close: () => {
    closed += 1;
    return Promise.resolve();
  },
};

async function start(options: Partial<LoopbackOptions> = {}): Promise<Loopback> {
  loopback = await startLoopback({
    port: 0,
    pageFolder: join(folder, 'page'),
    openBackend: (say) => {
      announce = say;
      return Promise.resolve(backend);
    },
    classify: null,
    classifyToken: 'required',
    lingerS: 'never',
    ...options,
  });
  return loopback;
}

beforeEach(async () => {
  closed = 0;
  waiting.clear();
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-loopback-'));
  await mkdir(join(folder, 'page', 'assets'), { recursive: true });
  await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>Page</title>');
  await writeFile(join(folder, 'page', 'assets', 'main.js'), 'export {};');
  await writeFile(join(folder, 'secret.html'), 'secret');
});
afterEach(async () => {
  await loopback.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** Sends the path as it is: fetch would tidy it up first. */
async function ask(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body?: string | Uint8Array,
): Promise<Answer> {
  const { port } = new URL(loopback.origin);
  const asking = request({ host: '127.0.0.1', port, path, method, headers });
  asking.end(body);
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

/** A page's end of the socket, with what it heard in order. */
class Page {
  readonly socket: WebSocket;
  readonly heard: unknown[] = [];
  readonly closed: Promise<number>;

  constructor(origin = loopback.origin, host?: string) {
    this.socket = new WebSocket(`${loopback.origin.replace('http', 'ws')}/wire`, {
      origin,
      headers: host === undefined ? {} : { Host: host },
    });
    this.socket.on('message', (bytes: Buffer) => {
      this.heard.push(decodeFrame(new Uint8Array(bytes)));
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', resolve);
      this.socket.on('error', () => undefined); // a refused upgrade: `close` follows
    });
  }

  say(message: unknown): void {
    this.socket.send(encodeFrame(message));
  }

  /** The next thing heard that `matches`. */
  async next(matches: object): Promise<unknown> {
    for (;;) {
      const found = this.heard.findIndex((message) => {
        try {
          expect(message).toMatchObject(matches);
          return true;
        } catch {
          return false;
        }
      });
      if (found >= 0) return this.heard.splice(found, 1)[0];
      await once(this.socket, 'message');
    }
  }
}

async function welcomePage(): Promise<Page> {
  const page = new Page();
  await once(page.socket, 'open');
  page.say({ kind: 'hello', version: 1, token: loopback.token });
  await page.next({ kind: 'welcome' });
  return page;
}

describe('the page', () => {
  test('is served with a policy that allows nothing from anywhere else', async () => {
    await start();
    const page = await ask('/');
    expect(page.status).toBe(200);
    expect(page.body).toContain('<title>Page</title>');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:|blob:/);
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    const script = await ask('/assets/main.js');
    expect(script).toMatchObject({ status: 200, body: 'export {};' });
    expect(script.headers['content-type']).toContain('text/javascript');
  });

  test.each([
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/assets/..%2f..%2fsecret.html',
    '/assets/..%5c..%5csecret.html',
    '//secret.html',
    '/%',
    '/index.html%00.js',
    '/assets',
    '/nothing.js',
  ])('is all that is served: %s is not found', async (path) => {
    await start();
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  test('is refused under a name that is not its own, as after DNS rebinding', async () => {
    await start();
    const { port } = new URL(loopback.origin);
    expect(await ask('/', { Host: `evil.example:${port}` })).toMatchObject({ status: 403 });
    expect(await ask('/', { Host: '127.0.0.1' })).toMatchObject({ status: 403 });
    expect(await ask('/', { Host: `localhost:${port}` })).toMatchObject({ status: 200 });
  });

  test('says nothing about the token', async () => {
    await start();
    const answers = [await ask('/'), await ask('/nothing'), await ask('/api/classify')];
    expect(JSON.stringify(answers)).not.toContain(loopback.token);
    expect(loopback.url).toBe(`${loopback.origin}/#${loopback.token}`);
  });
});

describe('the socket', () => {
  test('answers a call with typed arrays as they were', async () => {
    await start();
    const page = await welcomePage();
    const input = { values: Float32Array.of(1, NaN), list: [Uint8Array.of(7)] };
    page.say({ kind: 'call', id: 5, method: 'echo', input });
    expect(await page.next({ id: 5 })).toStrictEqual({
      kind: 'result',
      id: 5,
      result: { ok: true, value: input },
    });
  });

  test('cancels one call by its id, and all calls of a page that goes', async () => {
    await start();
    const page = await welcomePage();
    for (const [id, input] of ['a', 'b'].entries()) {
      page.say({ kind: 'call', id, method: 'wait', input });
    }
    page.say({ kind: 'cancel', id: 0 });
    expect(await page.next({ id: 0 })).toMatchObject({ result: { ok: false } });
    expect(waiting.get('b')?.aborted).toBe(false);
    const cancelled = once(waiting.get('b') ?? new EventTarget(), 'abort');
    page.socket.terminate();
    await cancelled;
  });

  test('tells every page of an event', async () => {
    await start();
    const pages = [await welcomePage(), await welcomePage()];
    announce('command', { name: 'help' });
    for (const page of pages) {
      expect(await page.next({ kind: 'event' })).toStrictEqual({
        kind: 'event',
        name: 'command',
        payload: { name: 'help' },
      });
    }
  });

  test('answers a call whose value cannot travel with a failure, and goes on', async () => {
    await start();
    const page = await welcomePage();
    page.say({ kind: 'call', id: 1, method: 'defect', input: null });
    page.say({ kind: 'call', id: 2, method: 'echo', input: 3 });
    expect(await page.next({ id: 1 })).toMatchObject({
      result: { ok: false, error: { code: 'internal' } },
    });
    expect(await page.next({ id: 2 })).toMatchObject({ result: { value: 3 } });
  });

  test.each([
    ['a page of another site', () => new Page('https://evil.example')],
    ['a page of another port of this machine', () => new Page('http://127.0.0.1:1')],
    ['a sandboxed or local page', () => new Page('null')],
    ['a rebound name', () => new Page('http://evil.example', 'evil.example')],
  ])('is not opened for %s', async (_, open) => {
    await start();
    const page = open();
    expect(await page.closed).toBe(1006); // never opened
  });

  test('is closed on a wrong token, and on a call before the token', async () => {
    await start();
    for (const message of [
      { kind: 'hello', version: 1, token: 'wrong' },
      { kind: 'hello', version: 1, token: '' },
      { kind: 'call', id: 1, method: 'echo', input: 1 },
    ]) {
      const page = new Page();
      await once(page.socket, 'open');
      page.say(message);
      expect(await page.closed).toBe(WIRE_CLOSE.refused);
      expect(page.heard).toEqual([]);
    }
  });

  test('is closed on anything else than the protocol, and the other pages stay', async () => {
    await start();
    const bystander = await welcomePage();
    const garbage: ((page: Page) => void)[] = [
      (page) => {
        page.socket.send('{"kind":"hello"}');
      },
      (page) => {
        page.socket.send(Uint8Array.of(1, 2, 3));
      },
      (page) => {
        page.say(null);
      },
      (page) => {
        page.say({ kind: 'call', id: -1, method: 'echo', input: 1 });
      },
      (page) => {
        page.say({ kind: 'call', id: 1, method: 'wait', input: 'x' });
        page.say({ kind: 'call', id: 1, method: 'wait', input: 'y' });
      },
    ];
    for (const send of garbage) {
      const page = await welcomePage();
      send(page);
      expect(await page.closed).toBe(WIRE_CLOSE.garbled);
    }
    const large = await welcomePage();
    large.socket.send(new Uint8Array(17 * 1024 * 1024));
    expect(await large.closed).toBe(1009); // RFC 6455, 7.4.1: too big to process
    bystander.say({ kind: 'call', id: 9, method: 'echo', input: 'still here' });
    expect(await bystander.next({ id: 9 })).toMatchObject({ result: { value: 'still here' } });
  });
});

describe('the end', () => {
  test('comes with the last page when it was asked to, and not before', async () => {
    await start({ lingerS: 0.05 });
    const first = await welcomePage();
    const second = await welcomePage();
    first.socket.close();
    await first.closed;
    second.say({ kind: 'call', id: 1, method: 'echo', input: 1 });
    await second.next({ id: 1 });
    second.socket.close();
    await loopback.ended;
    expect(closed).toBe(1);
  });

  test('tells the pages that are open', async () => {
    await start();
    const page = await welcomePage();
    await loopback.close();
    expect(await page.closed).toBe(WIRE_CLOSE.ended);
  });

  test('of a start on a port that is taken says which', async () => {
    await start();
    const port = Number(new URL(loopback.origin).port);
    const first = loopback;
    await expect(start({ port })).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining(String(port)) as string,
    });
    loopback = first;
  });
});

describe('POST /api/classify', () => {
  let seen: Record<string, string>;
  const classify = async (place: string): Promise<unknown> => {
    seen = {};
    for (const name of await readdir(place)) seen[name] = await readFile(join(place, name), 'utf8');
    if ('bad.edf' in seen) throw new RhythmarkError('damaged-file', 'The file is cut off.');
    return { label: 'normal', place };
  };
  const bearer = () => ({ Authorization: `Bearer ${loopback.token}` });

  test('takes a file as the body and answers JSON; nothing of it stays', async () => {
    await start({ classify });
    const answer = await ask('/api/classify?name=a.edf', bearer(), 'POST', 'samples');
    expect(answer.status).toBe(200);
    expect(seen).toEqual({ 'a.edf': 'samples' });
    const { label, place } = JSON.parse(answer.body) as { label: string; place: string };
    expect(label).toBe('normal');
    await expect(readdir(place)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('takes the files of one recording as a form', async () => {
    await start({ classify });
    const form = new FormData();
    form.append('file', new File(['header'], 'a.hea'));
    form.append('file', new File(['samples'], 'a.dat'));
    const encoded = new Response(form);
    const type = encoded.headers.get('content-type') ?? '';
    const body = new Uint8Array(await encoded.arrayBuffer());
    const answer = await ask('/api/classify', { ...bearer(), 'Content-Type': type }, 'POST', body);
    expect(answer.status).toBe(200);
    expect(seen).toEqual({ 'a.hea': 'header', 'a.dat': 'samples' });
  });

  test('says what is wrong with a recording', async () => {
    await start({ classify });
    const answer = await ask('/api/classify?name=bad.edf', bearer(), 'POST', 'x');
    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.body)).toEqual({
      error: { code: 'damaged-file', message: 'The file is cut off.' },
    });
  });

  test.each(['..', 'a\0b', ''])('refuses the name %j', async (name) => {
    await start({ classify });
    const path = `/api/classify?name=${encodeURIComponent(name)}`;
    expect(await ask(path, bearer(), 'POST', 'x')).toMatchObject({ status: 400 });
  });

  test('keeps a name that means to escape in its folder', async () => {
    await start({ classify });
    const path = `/api/classify?name=${encodeURIComponent('../../a.edf')}`;
    expect(await ask(path, bearer(), 'POST', 'x')).toMatchObject({ status: 200 });
    expect(seen).toEqual({ 'a.edf': 'x' });
  });

  test('asks for the token, unless it was started without', async () => {
    await start({ classify });
    expect(await ask('/api/classify', {}, 'POST', 'x')).toMatchObject({ status: 401 });
    const wrong = { Authorization: 'Bearer wrong' };
    expect(await ask('/api/classify', wrong, 'POST', 'x')).toMatchObject({ status: 401 });
    await loopback.close();
    await start({ classify, classifyToken: 'none' });
    expect(await ask('/api/classify', {}, 'POST', 'x')).toMatchObject({ status: 200 });
  });

  test('refuses a page of another site, token or none', async () => {
    await start({ classify, classifyToken: 'none' });
    const headers = { Origin: 'https://evil.example' };
    expect(await ask('/api/classify', headers, 'POST', 'x')).toMatchObject({ status: 403 });
  });

  test('cannot be read with GET, and says so where it is not offered', async () => {
    await start();
    expect(await ask('/api/classify', bearer())).toMatchObject({ status: 405 });
    expect(await ask('/api/classify', bearer(), 'POST', 'x')).toMatchObject({ status: 501 });
  });
});
