/**
 * The built page as both hosts serve it: the same files, the same headers, from Electron's own
 * scheme and from the loopback server.
 */
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/**
 * Nothing is allowed but the page's own files and the connection to its own host. No `unsafe-*`,
 * no inline script or style, no data: or blob: URL, no frame, no form, no plug-in.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with every answer of either host. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const MIME: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface PageFile {
  readonly mime: string;
  readonly bytes: Buffer<ArrayBuffer>;
}

/**
 * The file of the built page that a URL's path names (`/` is the page itself), or null: where there
 * is none, where it lies outside `folder`, or where it is of no kind that the page is made of.
 */
export async function readPageFile(folder: string, pathname: string): Promise<PageFile | null> {
  const relative = decoded(pathname === '/' ? '/index.html' : pathname);
  if (relative === null || relative.includes('\0')) return null;
  const mime = MIME[extname(relative)];
  const path = join(folder, relative);
  if (mime === undefined || !path.startsWith(join(folder, sep))) return null;
  try {
    return { mime, bytes: await readFile(path) };
  } catch {
    return null; // not there, or a folder: to the page both are "not found"
  }
}

function decoded(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}
