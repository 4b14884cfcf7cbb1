/**
 * The one place that content may come from: the program's own scheme, or, while developing, the
 * dev server that electron-vite named. Everything that is trusted is compared with this.
 */

export const SCHEME = 'rhythmark';
const HOST = 'app';

export interface Origin {
  readonly protocol: string;
  readonly host: string;
  /** What the window loads. */
  readonly page: string;
}

export const OWN_ORIGIN: Origin = {
  protocol: `${SCHEME}:`,
  host: HOST,
  page: `${SCHEME}://${HOST}/`,
};

/**
 * The origin of this run. An installed program never looks at the environment: whoever can set a
 * variable must not be able to choose the page.
 */
export function originOf(isPackaged: boolean, devServer: string | undefined): Origin {
  if (isPackaged || devServer === undefined) return OWN_ORIGIN;
  const { protocol, host, hostname, href } = new URL(devServer);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'http:' && isLocal ? { protocol, host, page: href } : OWN_ORIGIN;
}

/** False for an empty URL (a frame that has not loaded, or has just gone) and for nonsense. */
export function isFrom(origin: Origin, url: string): boolean {
  if (!URL.canParse(url)) return false;
  // Not `URL.origin`: that is "null" for every scheme that the URL standard does not know.
  const { protocol, host } = new URL(url);
  return protocol === origin.protocol && host === origin.host;
}
