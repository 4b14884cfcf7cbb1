/**
 * The page over the program's own scheme, `rhythmark://app/` (items 1, 7 and 18 of Electron's
 * security checklist): no file: URL, no HTTP, the policy as a header on every answer.
 */
import { protocol } from 'electron';
import { PAGE_HEADERS, readPageFile } from '../page.ts';
import { isFrom, OWN_ORIGIN, SCHEME } from './origin.ts';

/** Before `ready`. Standard, so that it has an origin and relative URLs; secure, as https is. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** After `ready`: answers from the built renderer and nothing else. */
export function servePageFiles(pageFolder: string): void {
  protocol.handle(SCHEME, (request) => answer(pageFolder, request.method, request.url));
}

/** One request to the scheme. */
export async function answer(pageFolder: string, method: string, url: string): Promise<Response> {
  const refuse = (status: number) => new Response(null, { status, headers: PAGE_HEADERS });
  if (method !== 'GET') return refuse(405);
  if (!isFrom(OWN_ORIGIN, url)) return refuse(403);
  const file = await readPageFile(pageFolder, new URL(url).pathname);
  if (!file) return refuse(404);
  return new Response(file.bytes, { headers: { ...PAGE_HEADERS, 'Content-Type': file.mime } });
}
