import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { fileURLToPath } from 'node:url';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Three bundles in out/. `main` has an entry for each process that runs without a window; they
 * share chunks, and packages stay in node_modules (onnxruntime-node is native). One renderer serves
 * both hosts: it finds the preload's bridge, or speaks to the loopback host that served it.
 */
export default defineConfig({
  main: {
    build: {
      outDir: here('./out/main'),
      emptyOutDir: true,
      // Playwright is looked for when a checkout needs a browser; it must not come into a bundle.
      externalizeDeps: { include: ['@playwright/test'] },
      rolldownOptions: {
        input: {
          main: here('./src-main/hosts/electron/main.ts'),
          analysis: here('./src-main/rhythm/analysis-process.ts'),
          cli: here('./src-main/cli.ts'),
          'hdf5-worker': here('./src-main/formats/hdf5/worker.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: here('./out/preload'),
      emptyOutDir: true,
      // A sandboxed preload script can require nothing but `electron`, and must be CommonJS.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: here('./src-main/hosts/electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: here('./src-renderer'),
    plugins: [svelte()],
    build: {
      outDir: here('./out/renderer'),
      emptyOutDir: true, // it lies outside of the root, where Vite would keep what is old
      // No data: URLs, so that the content security policy needs no exception for them.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: here('./src-renderer/index.html'),
        checks: { pluginTimings: false }, // how long Svelte took is no warning
      },
    },
  },
});
