/**
 * `npm test`: every check there is, in order, all of them even when one fails; `npm test -- unit
 * e2e` runs the steps that are named. Each step is bounded in time. The last line is `N passed, N failed` (and `, N skipped` where some were), summed from
 * the runners' own reports; a step without tests of its own counts as one.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NO_COUNTS, playwrightCounts, sum, vitestCounts, type Counts } from './counts.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PACKAGES = join(ROOT, 'node_modules');
const MINUTE_MS = 60_000;

interface Step {
  readonly name: string;
  /** Program of a package in node_modules, run by this Node: no shell, the same on each system. */
  readonly program: string;
  readonly arguments: readonly string[];
  readonly minutes: number;
  /** Reads a runner's report; without it the step passes or fails as a whole. */
  readonly counts?: (report: unknown) => Counts;
}

const reports = mkdtempSync(join(tmpdir(), 'rhythmark-reports-'));
const reportOf = (step: string): string => join(reports, `${step}.json`);

function vitest(project: string, minutes: number): Step {
  return {
    name: project,
    program: 'vitest/vitest.mjs',
    arguments: [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportOf(project)}`,
    ],
    minutes,
    counts: vitestCounts,
  };
}

/** Code for the main process sees no DOM, code for the page no more than a browser has. */
function types(project: string): Step {
  return {
    name: `types of ${project}`,
    program: 'typescript/bin/tsc',
    arguments: ['-p', project],
    minutes: 10,
  };
}

const STEPS: readonly Step[] = [
  types('tsconfig.json'),
  types('tests/e2e/tsconfig.json'),
  types('tests/bench/tsconfig.json'),
  types('tests/unit/paper/tsconfig.json'),
  {
    name: 'types of the page',
    program: 'svelte-check/bin/svelte-check',
    arguments: ['--tsconfig', 'src-renderer/tsconfig.json', '--fail-on-warnings'],
    minutes: 10,
  },
  { name: 'lint', program: 'eslint/bin/eslint.js', arguments: ['.'], minutes: 15 },
  { name: 'format', program: 'prettier/bin/prettier.cjs', arguments: ['--check', '.'], minutes: 5 },
  vitest('unit', 20),
  {
    name: 'build',
    program: 'electron-vite/bin/electron-vite.js',
    arguments: ['build', '--logLevel', 'warn'],
    minutes: 10,
  },
  vitest('integration', 45),
  {
    name: 'e2e',
    program: '@playwright/test/cli.js',
    arguments: ['test', '--reporter=list,json'],
    minutes: 45,
    counts: playwrightCounts,
  },
];

/** Runs a step with its output on the screen; null when it ran out of time. */
async function exitCode(step: Step): Promise<number | null> {
  const child = spawn(process.execPath, [join(PACKAGES, step.program), ...step.arguments], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: reportOf('e2e') },
  });
  const stop = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let tooLong = false;
  const limit = setTimeout(() => {
    tooLong = true;
    child.kill('SIGKILL');
  }, step.minutes * MINUTE_MS);
  const code = await new Promise<number>((resolve) => {
    child.on('close', (status) => {
      resolve(status ?? 1);
    });
    child.on('error', () => {
      resolve(1);
    });
  });
  clearTimeout(limit);
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return tooLong ? null : code;
}

/** What a step comes to. A runner that failed without saying which test counts as one failure. */
async function run(step: Step): Promise<Counts> {
  console.log(`\n--- ${step.name}`);
  const started = performance.now();
  const code = await exitCode(step);
  const counts = step.counts ? readCounts(step) : { ...NO_COUNTS, passed: code === 0 ? 1 : 0 };
  const failed = code === 0 ? counts.failed : Math.max(1, counts.failed);
  const seconds = Math.round((performance.now() - started) / 1000);
  const outcome =
    code === null ? `stopped after ${step.minutes} min` : words({ ...counts, failed });
  console.log(`--- ${step.name}: ${outcome} (${seconds} s)`);
  return { ...counts, failed };
}

function readCounts(step: Step): Counts {
  try {
    const report: unknown = JSON.parse(readFileSync(reportOf(step.name), 'utf8'));
    return step.counts?.(report) ?? NO_COUNTS;
  } catch {
    return { ...NO_COUNTS, failed: 1 }; // it ended before it could report
  }
}

function words({ passed, failed, skipped }: Counts): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped > 0 ? `${line}, ${skipped} skipped` : line;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  const names = STEPS.map(({ name }) => name).join(', ');
  console.error(`No step named ${unknown.join(', ')}. There are: ${names}.`);
  process.exit(2);
}
const steps = wanted.length > 0 ? STEPS.filter(({ name }) => wanted.includes(name)) : STEPS;

const results: { readonly step: Step; readonly counts: Counts }[] = [];
for (const step of steps) results.push({ step, counts: await run(step) });
rmSync(reports, { recursive: true, force: true });

console.log('\n--- summary');
for (const { step, counts } of results) console.log(`${step.name}: ${words(counts)}`);
const total = results.map(({ counts }) => counts).reduce(sum, NO_COUNTS);
console.log(words(total));
process.exitCode = total.failed === 0 ? 0 : 1;
