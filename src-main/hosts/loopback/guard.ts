/**
 * Who may speak to the loopback host. Any program and any web page on this machine can reach
 * 127.0.0.1, so each request proves three things: that it was sent to this host under its own name
 * (a rebound DNS name shows in `Host`), that no other site's page sent it (`Origin`), and that its
 * sender knows the token, which only the person who started the program was given.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export const LOOPBACK_ADDRESS = '127.0.0.1';

/** 256 random bits, in the letters that a URL fragment takes as they are. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares in a time that does not depend on where the two differ. */
export function sameToken(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** True when `Host` names this server, and not a name that a rebound DNS entry points here. */
export function isOwnHost(headers: IncomingHttpHeaders, port: number): boolean {
  return headers.host === `${LOOPBACK_ADDRESS}:${port}` || headers.host === `localhost:${port}`;
}

/** True for a page of this server. A browser always sends `Origin` when it opens a WebSocket. */
export function isOwnPage(headers: IncomingHttpHeaders, port: number): boolean {
  return isOwnHost(headers, port) && headers.origin === `http://${headers.host ?? ''}`;
}

/** True for this server's page and for programs that are no browser, which send no `Origin`. */
export function isOwnPageOrProgram(headers: IncomingHttpHeaders, port: number): boolean {
  if (headers.origin === undefined) return isOwnHost(headers, port);
  return isOwnPage(headers, port);
}

/** The token of `Authorization: Bearer ...`, or ''. */
export function bearerToken(headers: IncomingHttpHeaders): string {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}
