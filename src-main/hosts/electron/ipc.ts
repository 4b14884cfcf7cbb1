/**
 * The contract over Electron's IPC: a loop over nothing but names, since `dispatch` checks the name
 * and the input. Item 17 of Electron's security checklist: every message's sender is checked.
 */
import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { z } from 'zod';
import type { Failure, Result } from '../../contract/errors.ts';
import type { EventName, Events } from '../../contract/events.ts';
import type { Backend } from '../backend.ts';
import { CHANNELS } from './channels.ts';
import { isFrom, type Origin } from './origin.ts';

const callSchema = z.tuple([z.string().min(1).max(64), z.string().max(64), z.unknown()]);
const cancelSchema = z.tuple([z.string().min(1).max(64)]);
const pathsSchema = z.tuple([z.array(z.string().min(1).max(32_768)).max(10_000)]);

export interface IpcBackend extends Backend {
  /** Tokens for paths that the person named to the operating system: dropped, opened. */
  tokensFor(paths: readonly string[]): readonly string[];
}

/** Calls under way, by page and by the page's own name for them. */
type Calls = Map<WebContents, Map<string, AbortController>>;

const REFUSED: Failure = { code: 'access-denied', message: 'This page may not ask.' };
const MISSHAPEN: Failure = { code: 'bad-request', message: 'The request has another shape.' };

export function bindIpc(backend: IpcBackend, origin: Origin): void {
  const calls: Calls = new Map();

  ipcMain.handle(CHANNELS.call, async (event, ...sent: unknown[]): Promise<Result<unknown>> => {
    if (!isOwnFrame(event, origin)) return { ok: false, error: REFUSED };
    const parsed = callSchema.safeParse(sent);
    if (!parsed.success) return { ok: false, error: MISSHAPEN };
    const [callId, method, input] = parsed.data;
    const ofPage = callsOf(calls, event.sender);
    if (ofPage.has(callId)) return { ok: false, error: MISSHAPEN };
    const controller = new AbortController();
    ofPage.set(callId, controller);
    try {
      return await backend.dispatch(method, input, { signal: controller.signal });
    } finally {
      ofPage.delete(callId);
    }
  });

  ipcMain.on(CHANNELS.cancel, (event, ...sent: unknown[]) => {
    const parsed = cancelSchema.safeParse(sent);
    if (!parsed.success || !isOwnFrame(event, origin)) return;
    calls.get(event.sender)?.get(parsed.data[0])?.abort();
  });

  ipcMain.handle(CHANNELS.tokens, (event, ...sent: unknown[]): readonly string[] => {
    const parsed = pathsSchema.safeParse(sent);
    if (!parsed.success || !isOwnFrame(event, origin)) return [];
    return backend.tokensFor(parsed.data[0]);
  });
}

/** Sends an event to one page; nothing happens when it is on its way out. */
export function announceTo<K extends EventName>(
  contents: WebContents,
  name: K,
  payload: Events[K],
): void {
  if (!contents.isDestroyed()) contents.send(CHANNELS.event, name, payload);
}

/**
 * True for the main frame of our own page. A frame that is gone is null, and one that has not
 * loaded yet has an empty URL: both are refused.
 */
export function isOwnFrame(
  { senderFrame }: Pick<IpcMainEvent | IpcMainInvokeEvent, 'senderFrame'>,
  origin: Origin,
): boolean {
  return senderFrame !== null && senderFrame.parent === null && isFrom(origin, senderFrame.url);
}

/** A page's calls; they are cancelled when the page reloads, crashes or closes. */
function callsOf(calls: Calls, page: WebContents): Map<string, AbortController> {
  const known = calls.get(page);
  if (known) return known;
  const ofPage = new Map<string, AbortController>();
  calls.set(page, ofPage);
  const abortAll = (): void => {
    for (const controller of ofPage.values()) controller.abort();
  };
  page.on('did-navigate', abortAll);
  page.on('render-process-gone', abortAll);
  page.once('destroyed', () => {
    abortAll();
    calls.delete(page);
  });
  return ofPage;
}
