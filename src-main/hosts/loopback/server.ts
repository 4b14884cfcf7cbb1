/**
 * The loopback host: the same page and the same services as the Electron window, for a browser on
 * this machine. Bound to 127.0.0.1 and nothing else.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { failureOf, RhythmarkError, type Failure } from '../../contract/errors.ts';
import type { EventName } from '../../contract/events.ts';
import { MAX_FRAME_BYTES, WIRE_CLOSE, WIRE_PATH, type HostMessage } from '../../contract/wire.ts';
import type { OpenBackend } from '../backend.ts';
import { PAGE_HEADERS, readPageFile } from '../page.ts';
import { classifyUpload, httpStatus, type ClassifyFolder } from './classify-upload.ts';
import {
  bearerToken,
  isOwnHost,
  isOwnPage,
  isOwnPageOrProgram,
  LOOPBACK_ADDRESS,
  newToken,
  sameToken,
} from './guard.ts';
import { encodeMessage, servePage, type PageSocket } from './page-socket.ts';

export interface LoopbackOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** The built renderer. */
  readonly pageFolder: string;
  readonly openBackend: OpenBackend;
  /** Answers `POST /api/classify`; null where that is not offered. */
  readonly classify: ClassifyFolder | null;
  /**
   * Whether `POST /api/classify` asks for the token. `none` lets any program of this machine have
   * recordings classified (never read the library: the page asks for the token in any case).
   */
  readonly classifyToken: 'required' | 'none';
  /** Ends this long after the last page has gone, s; `never` for a server that stays. */
  readonly lingerS: number | 'never';
}

export interface Loopback {
  /** What a person opens; the token is in the fragment, which a browser never sends anywhere. */
  readonly url: string;
  readonly origin: string;
  readonly token: string;
  /** Settles when the server has closed, by `close` or because the last page went. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Time that pages have to answer the closing of their sockets, ms. */
const GOODBYE_MS = 1000;

/** Open pages; a person has a few. */
const MAX_PAGES = 32;

/** Throws RhythmarkError `busy` when the port is taken, and what `openBackend` throws. */
export async function startLoopback(options: LoopbackOptions): Promise<Loopback> {
  const token = newToken();
  const pages = new Set<PageSocket>();
  const closing = new AbortController();
  let welcomed = 0;
  let linger: NodeJS.Timeout | undefined;

  const http = createServer((request, response) => {
    void answer(request, response); // never rejects
  });
  // ws closes a socket whose frame is larger with 1009 before it has read the frame.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false, // same machine: compressing costs more than the bytes
  });
  const port = await listen(http, options.port);
  const origin = `http://${LOOPBACK_ADDRESS}:${port}`;

  const backend = await options
    .openBackend((name: EventName, payload) => {
      if (pages.size === 0) return;
      // The union of events, which the pair of name and payload is by the type of Announce.
      const frame = encodeMessage({ kind: 'event', name, payload } as HostMessage);
      for (const page of pages) page.announce(frame);
    })
    .catch((error: unknown) => {
      http.close();
      throw error;
    });

  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const isWire = pathOf(request) === WIRE_PATH && isOwnPage(request.headers, port);
    if (!isWire || pages.size >= MAX_PAGES || closing.signal.aborted) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      let known = false;
      const page = servePage(client, backend, token, {
        welcomed: () => {
          known = true;
          welcomed += 1;
          clearTimeout(linger);
        },
        gone: () => {
          pages.delete(page);
          if (!known) return;
          welcomed -= 1;
          if (welcomed === 0 && options.lingerS !== 'never' && !closing.signal.aborted) {
            linger = globalThis.setTimeout(() => void close(), options.lingerS * 1000);
          }
        },
      });
      pages.add(page);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
    try {
      if (!isOwnHost(request.headers, port)) sendText(response, 403, 'Forbidden');
      else if (pathOf(request) === '/api/classify') await answerClassify(request, response);
      else await answerPage(request, response);
    } catch (error) {
      sendFailure(response, failureOf(error));
    }
  }

  async function answerClassify(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const needsToken = options.classifyToken === 'required';
    if (!isOwnPageOrProgram(request.headers, port)) {
      sendText(response, 403, 'Forbidden');
    } else if (needsToken && !sameToken(bearerToken(request.headers), token)) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      sendText(
        response,
        401,
        'Send the token that was printed at the start: Authorization: Bearer',
      );
    } else if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      sendText(response, 405, 'Send the recording with POST.');
    } else if (!options.classify) {
      throw new RhythmarkError('unsupported', 'Classifying by POST is not offered here.');
    } else {
      const gone = new AbortController();
      response.on('close', () => {
        gone.abort();
      });
      const signal = AbortSignal.any([gone.signal, closing.signal]);
      sendJson(response, 200, await classifyUpload(request, options.classify, signal));
    }
  }

  async function answerPage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      sendText(response, 405, 'Method not allowed');
      return;
    }
    const file = await readPageFile(options.pageFolder, pathOf(request));
    if (!file) {
      sendText(response, 404, 'Not found');
      return;
    }
    response.setHeader('Cache-Control', 'no-cache');
    response.writeHead(200, { 'Content-Type': file.mime, 'Content-Length': file.bytes.length });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  }

  let markEnded: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve;
  });

  async function close(): Promise<void> {
    if (closing.signal.aborted) return ended;
    closing.abort();
    clearTimeout(linger);
    for (const page of pages) page.close(WIRE_CLOSE.ended);
    sockets.close();
    await Promise.all([backend.close(), goodbyes(sockets)]);
    // A browser keeps connections open for later; nothing more will come on them.
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
    markEnded();
    return ended;
  }

  return { url: `${origin}/#${token}`, origin, token, ended, close };
}

/** Waits a moment for the pages to hear why, then ends their sockets. */
async function goodbyes(sockets: WebSocketServer): Promise<void> {
  const heard = [...sockets.clients].map((client) => once(client, 'close'));
  await Promise.race([Promise.all(heard), setTimeout(GOODBYE_MS, undefined, { ref: false })]);
  for (const client of sockets.clients) client.terminate();
}

async function listen(http: ReturnType<typeof createServer>, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(
        taken
          ? new RhythmarkError(
              'busy',
              `Port ${port} is in use. Choose another with --port.`,
              error.code,
            )
          : error,
      );
    });
    http.listen(port, LOOPBACK_ADDRESS, resolve);
  });
  // A TCP server that listens has an AddressInfo; a string is for pipes only.
  return (http.address() as AddressInfo).port;
}

function pathOf(request: IncomingMessage): string {
  const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
  return path.startsWith('/') ? path : '/';
}

function sendText(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
  response.end(`${text}\n`);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(value)}\n`);
}

/** The connection ends with it: the rest of an upload that was refused is not read. */
function sendFailure(response: ServerResponse, failure: Failure): void {
  response.setHeader('Connection', 'close');
  sendJson(response, httpStatus(failure.code), { error: failure });
}
