import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchElectron, installedElectron } from '../../../src-main/hosts/electron-runtime.ts';

let packages: string;
const said: string[] = [];
const say = (line: string) => said.push(line);

beforeEach(async () => {
  said.length = 0;
  packages = await mkdtemp(join(tmpdir(), 'rhythmark-packages-'));
  await mkdir(join(packages, 'electron'));
  await writeFile(join(packages, 'electron', 'package.json'), '{"version":"45.4.1"}');
});
afterEach(() => rm(packages, { recursive: true }));

/** Stands in for Electron's own installer, which needs the network. */
async function installerDoes(code: string): Promise<void> {
  await writeFile(join(packages, 'electron', 'install.js'), code);
}

const INSTALLS = `
  const fs = require('node:fs'), path = require('node:path');
  fs.mkdirSync(path.join(__dirname, 'dist'));
  fs.writeFileSync(path.join(__dirname, 'dist', 'electron'), '');
  fs.writeFileSync(path.join(__dirname, 'path.txt'), 'electron');`;

test('a runtime that was never fetched, or only half, is not there', async () => {
  expect(await installedElectron(packages)).toBeNull();
  await writeFile(join(packages, 'electron', 'path.txt'), 'electron');
  expect(await installedElectron(packages)).toBeNull();
});

test('a runtime is fetched once, and then found', async () => {
  await installerDoes(INSTALLS);
  const path = join(packages, 'electron', 'dist', 'electron');
  expect(await fetchElectron(packages, say)).toEqual({ kind: 'fetched', path });
  expect(await installedElectron(packages)).toBe(path);
  expect(said).toEqual([expect.stringContaining('once')]);
});

test('a failure is told and remembered, so that the next start does not wait', async () => {
  await installerDoes('process.exit(1);');
  const first = await fetchElectron(packages, say);
  expect(first).toMatchObject({ kind: 'failed', reason: expect.stringContaining('network') });
  await installerDoes(INSTALLS);
  const second = await fetchElectron(packages, say);
  expect(second).toMatchObject({ kind: 'failed', reason: expect.stringContaining('earlier') });
  expect(said).toHaveLength(1);
});

test('a failure with one version does not stand in the way of another', async () => {
  await installerDoes('process.exit(1);');
  await fetchElectron(packages, say);
  await writeFile(join(packages, 'electron', 'package.json'), '{"version":"45.5.0"}');
  await installerDoes(INSTALLS);
  expect(await fetchElectron(packages, say)).toMatchObject({ kind: 'fetched' });
});

test('an installer whose download stands still is ended, and nothing of it stays', async () => {
  await installerDoes('setInterval(() => 0, 1000);');
  const before = await readdir(tmpdir());
  const outcome = await fetchElectron(packages, say, 50);
  expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('answer') });
  const left = (await readdir(tmpdir())).filter((name) => name.startsWith('rhythmark-electron-'));
  expect(left.filter((name) => !before.includes(name))).toEqual([]);
});

test('without the package itself, that is the reason', async () => {
  const outcome = await fetchElectron(packages, say);
  expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('installed') });
});
