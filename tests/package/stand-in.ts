/**
 * Stands in for Electron's own build, which is not needed to see what we put into a package: a
 * folder as Electron's archive unpacks to, whose program holds nothing but the fuses.
 */
import { createRequire } from 'node:module';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How a program's fuses are found: electron/fuses, `SENTINEL` in src/constants.ts. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const WIRE_VERSION = 1;

/** As Electron 45 ships: runAsNode, NODE_OPTIONS and --inspect on, most others off. */
const FUSES_AS_SHIPPED = '101101011';

export async function writeStandIn(folder: string): Promise<void> {
  const { version } = createRequire(import.meta.url)('electron/package.json') as {
    readonly version: string;
  };
  await mkdir(join(folder, 'resources'), { recursive: true });
  await mkdir(join(folder, 'locales'));
  const wire = Buffer.concat([
    Buffer.from(SENTINEL),
    Buffer.from([WIRE_VERSION, FUSES_AS_SHIPPED.length]),
    Buffer.from(FUSES_AS_SHIPPED),
  ]);
  const padding = Buffer.alloc(4096);
  await writeFile(join(folder, 'electron'), Buffer.concat([padding, wire, padding]), {
    mode: 0o755,
  });
  await writeFile(join(folder, 'version'), version);
  await writeFile(join(folder, 'locales', 'en-US.pak'), '');
  await writeFile(join(folder, 'LICENSE.electron.txt'), '');
  await writeFile(join(folder, 'LICENSES.chromium.html'), '');
}
