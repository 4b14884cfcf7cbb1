/** Preprocessing and envelope: windows a second of one core, shares of the stages, scipy beside it. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODEL_WINDOW_SAMPLES } from '../../src-main/contract/conventions.ts';
import { openRegularFile } from '../../src-main/formats/byte-source.ts';
import { bandPassInPlace } from '../../src-main/signal/bandpass.ts';
import { createEnvelopeFile, openEnvelope } from '../../src-main/signal/envelope-file.ts';
import { preprocessWhole } from '../../src-main/signal/preprocess.ts';
import { inputsOf, resampleInto, resamplerFor } from '../../src-main/signal/resample.ts';
import { scaleWindow } from '../../src-main/signal/scaling.ts';
import { NORMAL_30S, synthesise } from '../fixtures/recordings.ts';

export const title = 'Signal: preprocessing and envelope';

const RECORDINGS = 300;

/** Seconds of this process's time that `work` takes, after a first run that is not counted. */
function cpuSeconds(work: () => void): number {
  work();
  const before = process.cpuUsage().user;
  work();
  return (process.cpuUsage().user - before) / 1e6;
}

export async function run(print: (line: string) => void): Promise<void> {
  for (const samplingHz of [300, 1024]) benchPreprocessing(samplingHz, print);
  await benchEnvelope(print);
}

function benchPreprocessing(samplingHz: number, print: (line: string) => void): void {
  const { leads } = synthesise({ ...NORMAL_30S, samplingHz });
  const samples = leads[0] ?? new Float32Array(0);
  const all = cpuSeconds(() => {
    for (let index = 0; index < RECORDINGS; index++) preprocessWhole(samples, samplingHz);
  });
  const ours = (3 * RECORDINGS) / all;
  const resampler = resamplerFor(samplingHz, 250);
  const inputs = inputsOf(resampler, 0, 7500);
  const padded = new Float64Array(inputs.to - inputs.from);
  padded.set(samples.subarray(0, padded.length + inputs.from), -inputs.from);
  const out = new Float64Array(7500);
  const input = new Float32Array(MODEL_WINDOW_SAMPLES);
  const resampling = cpuSeconds(() => {
    for (let index = 0; index < RECORDINGS; index++) {
      resampleInto(resampler, padded, inputs.from, 0, 7500, out);
    }
  });
  const filtering = cpuSeconds(() => {
    for (let index = 0; index < RECORDINGS; index++) bandPassInPlace(out.slice(), out.length);
  });
  const scaling = cpuSeconds(() => {
    for (let index = 0; index < 3 * RECORDINGS; index++) {
      scaleWindow(out, (index % 3) * MODEL_WINDOW_SAMPLES, input, 0);
    }
  });
  const share = (part: number) => `${Math.round((100 * part) / all)} %`;
  print(`${samplingHz} Hz to model input: ${Math.round(ours)} windows/s of one core`);
  print(
    `  resampling ${share(resampling)}, band-pass ${share(filtering)}, scaling ${share(scaling)}`,
  );
  const python = process.env['RHYTHMARK_PYTHON'];
  if (python === undefined) {
    print('  scipy: not measured ($RHYTHMARK_PYTHON names no Python)');
    return;
  }
  const script = fileURLToPath(new URL('./scipy-preprocess.py', import.meta.url));
  const answer = execFileSync(python, [script, String(samplingHz), String(RECORDINGS)]);
  const scipy = Number(answer.toString());
  print(`  scipy: ${Math.round(scipy)} windows/s of one core; here ${(ours / scipy).toFixed(2)} x`);
}

async function benchEnvelope(print: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rhythmark-bench-'));
  const path = join(folder, 'bench.envelope');
  try {
    const samplingHz = 250;
    const sampleCount = 86_400 * samplingHz;
    const chunk = synthesise({ ...NORMAL_30S, durationS: 300 }).leads[0] ?? new Float32Array(0);
    const file = await createEnvelopeFile(path, [sampleCount, sampleCount, sampleCount]);
    const start = performance.now();
    for (let at = 0; at < sampleCount; at += chunk.length) {
      for (const lead of [0, 1, 2]) await file.push(lead, chunk);
    }
    await file.finish();
    const built = performance.now() - start;
    const { size } = await stat(path);
    const rate = (3 * sampleCount) / built / 1000;
    print(
      `envelope of 24 h, three leads: ${(built / 1000).toFixed(2)} s (${rate.toFixed(0)} Msamples/s), ${(size / 2 ** 20).toFixed(0)} MiB`,
    );
    const source = await openRegularFile(path);
    const envelope = await openEnvelope(source);
    for (const [what, spanS] of [
      ['1 min (from disk)', 60],
      ['5 min (from disk)', 300],
      ['1 h', 3600],
      ['24 h', 86_400],
    ] as const) {
      const queries = 200;
      const span = spanS * samplingHz;
      const times: number[] = [];
      for (let query = 0; query < queries; query++) {
        const from = (query / queries) * (sampleCount - span);
        const before = performance.now();
        await envelope.query(query % 3, from, from + span, 1400);
        times.push(performance.now() - before);
      }
      times.sort((a, b) => a - b);
      print(`  query of ${what}, 1,400 columns: median ${times[queries / 2]?.toFixed(3)} ms`);
    }
    await source.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}
