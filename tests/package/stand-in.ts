/**
 * Stands in for Electron's own build, which is not needed to see what we put into a package: a
 * folder as Electron's archive unpacks to, whose program holds nothing but the fuses.
 */
import { createRequire } from 'node:module';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
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

/**
 * The module `electron` for the program taken out of its archive and started by Node: what a
 * command needs works, everything that has to do with a window is not there.
 */
export async function writeElectronModule(app: string): Promise<void> {
  const main = join(app, 'out/main');
  const names = new Set<string>();
  for (const name of await readdir(main, { recursive: true })) {
    if (!name.endsWith('.js')) continue;
    const code = await readFile(join(main, name), 'utf8');
    for (const [, list = ''] of code.matchAll(/import\s*\{([^}]*)\}\s*from\s*"electron"/g)) {
      for (const one of list.split(',')) names.add(one.trim().split(/\s+as\s+/)[0] ?? '');
    }
  }
  const windowed = [...names].filter((name) => !['', 'app', 'utilityProcess'].includes(name));
  const folder = join(app, 'node_modules/electron');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"type":"module","exports":"./index.js"}');
  await writeFile(
    join(folder, 'index.js'),
    `import { fork } from 'node:child_process';
export const app = {
  isPackaged: false,
  setPath() {},
  enableSandbox() {},
  disableHardwareAcceleration() {},
  on() {},
  commandLine: { appendSwitch() {} },
  whenReady: () => Promise.resolve(),
  exit: (status) => process.exit(status),
};
export const utilityProcess = {
  fork(entry) {
    const stdio = ['ignore', 'ignore', 'pipe', 'ipc'];
    const child = fork(entry, [], { serialization: 'advanced', stdio });
    return Object.assign(child, { postMessage: (message) => child.send(message, () => {}) });
  },
};
${windowed.map((name) => `export const ${name} = undefined;`).join('\n')}
`,
  );
}
