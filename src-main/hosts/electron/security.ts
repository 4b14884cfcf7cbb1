/**
 * Electron's security checklist (electronjs.org/docs/latest/tutorial/security), as far as it is
 * about sessions and web contents. Each block names the item that it fulfils. The rest:
 *
 * 1  only secure content, 18 no file: protocol     protocol.ts
 * 2, 3, 4, 6, 8, 9, 10  web preferences            window.ts
 * 7  content security policy                       ../page.ts
 * 15 no shell.openExternal                         nothing here opens anything outside
 * 16 current Electron                              package.json
 * 17 sender of every IPC message                   ipc.ts
 * 19 fuses                                         electron-builder.yml
 * 20 no Electron API in the page                   preload.ts
 */
import { app, type Session, type WebContents } from 'electron';
import { isFrom, OWN_ORIGIN, type Origin } from './origin.ts';

/** Before `ready`: process-wide switches, and rules for whatever is created later. */
export function hardenProcess(origin: Origin, isPackaged: boolean): void {
  // 4: every renderer is sandboxed, whatever a window's preferences say.
  app.enableSandbox();
  // Nothing leaves the workstation: Chromium's own services are off, and no name resolves.
  for (const service of [
    'disable-background-networking',
    'disable-component-update',
    'disable-domain-reliability',
    'disable-quic',
    'no-pings',
  ]) {
    app.commandLine.appendSwitch(service);
  }
  if (origin === OWN_ORIGIN) app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');

  app.on('session-created', (session) => {
    hardenSession(session, origin, isPackaged);
  });
  app.on('web-contents-created', (_event, contents) => {
    hardenContents(contents, origin);
  });
}

/** What a session may load: our own origin, and the developer tools of a checkout. */
export function mayLoad(url: string, origin: Origin, isPackaged: boolean): boolean {
  if (isFrom(origin, url)) return true;
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  // Hot reload speaks to the dev server over a WebSocket.
  if (origin !== OWN_ORIGIN && protocol === 'ws:') return host === origin.host;
  return !isPackaged && protocol === 'devtools:';
}

function hardenSession(session: Session, origin: Origin, isPackaged: boolean): void {
  // No filter: a filter of URL patterns would let schemes pass that it does not name.
  session.webRequest.onBeforeRequest(({ url }, decide) => {
    decide({ cancel: !mayLoad(url, origin, isPackaged) });
  });
  // 5: the page needs no permission of any kind.
  session.setPermissionRequestHandler((_contents, _permission, decide) => {
    decide(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => {
    answer(null);
  });
  session.on('will-download', (event) => {
    event.preventDefault(); // files leave through the save dialog only
  });
  // Its dictionaries would be fetched from the network.
  session.setSpellCheckerEnabled(false);
}

function hardenContents(contents: WebContents, origin: Origin): void {
  // 13: the window shows one page; a link or a dropped file does not replace it.
  contents.on('will-frame-navigate', (event) => {
    if (!(event.isMainFrame && isFrom(origin, event.url))) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isFrom(origin, event.url)) event.preventDefault();
  });
  // 14: no further windows.
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // 11, 12: no web views, whatever their options.
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  // WebRTC does not pass the request filter.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
