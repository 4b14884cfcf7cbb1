/**
 * Ten thousand damaged inputs for every reader, or as many as RHYTHMARK_FUZZ says. An input is its
 * number: what fails here fails again under the same number. Each reader has a process of its own,
 * so that its memory is measured from nothing, and one that hangs can be ended and named.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { FuzzReport } from '../unit/formats/fuzz.ts';
import { TARGETS } from '../unit/formats/fuzz-targets.ts';
import type { FuzzMessage } from './fuzz-process.ts';

const INPUTS = Number(process.env['RHYTHMARK_FUZZ'] ?? 10_000);
const ONLY = process.env['RHYTHMARK_FUZZ_FORMAT'];
const CUTS = 400;
/**
 * An input takes 2 s of processor time at most, which its own process measures (fuzz.ts). One that
 * never ends, or waits for what never comes, is ended after this, which a busy machine has no use for.
 */
const HANGS_AFTER_MS = 30_000;
const PROGRAM = fileURLToPath(new URL('./fuzz-process.ts', import.meta.url));

describe.each(TARGETS.filter(({ name }) => ONLY === undefined || name === ONLY))(
  '$name',
  ({ name }) => {
    it(
      `takes ${INPUTS.toLocaleString('en')} damaged inputs without crash, hang or nonsense, and no file that was cut off for a whole one`,
      { timeout: 3_600_000 },
      async () => {
        const { report, silent } = await fuzzed(name);
        console.log(
          `${name}: ${report.inputs} inputs, ${report.opened} opened, ${report.refused} refused, slowest ${report.slowestS.toFixed(2)} s, memory +${Math.round(report.memoryMb)} MB`,
        );
        expect(report.wrong).toEqual([]);
        expect(silent).toEqual([]);
      },
    );
  },
);

function fuzzed(name: string): Promise<{ report: FuzzReport; silent: readonly string[] }> {
  const child = fork(PROGRAM, [name, String(INPUTS), String(CUTS)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  return new Promise((resolve, reject) => {
    let doing = 'its start';
    let report: FuzzReport | null = null;
    const watchdog = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${name} hangs at ${doing}`));
    }, HANGS_AFTER_MS);
    child.on('message', (message: FuzzMessage) => {
      watchdog.refresh();
      if (message.kind === 'input') doing = `input ${message.number}`;
      else if (message.kind === 'fuzzed') [report, doing] = [message.report, 'a file cut off'];
      else if (report) resolve({ report, silent: message.silent });
    });
    child.on('exit', () => {
      clearTimeout(watchdog);
    });
    // Not at its exit: what it last said may still be on its way then.
    child.on('disconnect', () => {
      reject(new Error(`${name} ended at ${doing}`));
    });
  });
}
