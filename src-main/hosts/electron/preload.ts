/**
 * The whole of what the page can reach: the contract's methods and events by their names, and a
 * token for a dropped file (item 20 of Electron's security checklist: no Electron API, no IPC
 * channel, no event object gets through). Runs sandboxed, in an isolated world.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { METHOD_NAMES } from '../../contract/api.ts';
import type { Bridge } from '../../contract/bridge.ts';
import { EVENT_NAMES, type EventName, type Events } from '../../contract/events.ts';
import { CHANNELS } from './channels.ts';

const methods: ReadonlySet<string> = new Set(METHOD_NAMES);

type Listener = (payload: never) => void;
const listeners = new Map<string, Set<Listener>>(
  EVENT_NAMES.map((name): [EventName, Set<Listener>] => [name, new Set()]),
);

ipcRenderer.on(CHANNELS.event, (_event, name: string, payload: unknown) => {
  // The main process pairs name and payload by the type of `announceTo`.
  for (const listener of listeners.get(name) ?? []) listener(payload as never);
});

const bridge: Bridge = {
  call: (callId, method, input) =>
    methods.has(method)
      ? ipcRenderer.invoke(CHANNELS.call, callId, method, input)
      : Promise.resolve({
          ok: false,
          error: { code: 'bad-request', message: 'There is no such method.' },
        }),
  cancel: (callId) => {
    ipcRenderer.send(CHANNELS.cancel, callId);
  },
  on<K extends EventName>(event: K, listener: (payload: Events[K]) => void) {
    const set = listeners.get(event);
    set?.add(listener);
    return () => {
      set?.delete(listener);
    };
  },
  tokensOf: (files) => {
    // Empty for a File that a script made: the page cannot name a path of its own.
    const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '');
    return ipcRenderer.invoke(CHANNELS.tokens, paths);
  },
};

contextBridge.exposeInMainWorld('rhythmark', bridge);
