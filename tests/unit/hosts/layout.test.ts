import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { programLayout } from '../../../src-main/hosts/layout.ts';

/** A program's folder with one file of it, and no models folder anywhere. */
function withoutModels(file: string): { readonly root: string; readonly url: string } {
  const folder = mkdtempSync(join(tmpdir(), 'rhythmark-layout-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const root = join(folder, 'program');
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{}');
  return { root, url: pathToFileURL(join(root, file)).href };
}

test('a checkout has its models within, also when they are not there', () => {
  const { root, url } = withoutModels('src-main/hosts/layout.ts');
  expect(programLayout(url).modelsFolder).toBe(join(root, 'models'));
});

test('an installed program has its models beside its archive, also when they are not there', () => {
  const { root, url } = withoutModels('out/main/main.js');
  expect(programLayout(url).modelsFolder).toBe(join(root, '..', 'models'));
});
