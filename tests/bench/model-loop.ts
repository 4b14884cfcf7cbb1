/**
 * One process of the model benchmark: runs the network as fast as it goes and answers windows/s.
 * `bare` is onnxruntime alone, the same tensor again and again; `session` goes through the
 * program's own session, which copies the windows in and checks what goes in and comes out.
 */
import * as ort from 'onnxruntime-node';
import { fileURLToPath } from 'node:url';
import { MODEL_WINDOW_SAMPLES } from '../../src-main/contract/conventions.ts';
import { manifestPath } from '../../src-main/cli/program.ts';
import { loadModel } from '../../src-main/rhythm/manifest.ts';
import { CPU } from '../../src-main/rhythm/providers.ts';
import { BATCH_WINDOWS, createSession } from '../../src-main/rhythm/session.ts';

export interface LoopRequest {
  readonly through: 'bare' | 'session';
  /** Windows a run; the program's session has its own. */
  readonly batch: number;
  readonly threads: number;
  readonly seconds: number;
}

/** Windows a second, after one run that is not counted. */
export async function windowsPerSecond(request: LoopRequest): Promise<number> {
  const model = await loadModel(await manifestPath());
  const batch = request.through === 'session' ? BATCH_WINDOWS : request.batch;
  // Noise within the range that scaling leaves: zeros would make the multiplications cheaper.
  const windows = Float32Array.from(
    { length: batch * MODEL_WINDOW_SAMPLES },
    (_, index) => Math.sin(index * 0.37) * 2 + Math.sin(index * index),
  );
  if (request.through === 'session') {
    const session = await createSession(ort, model, CPU);
    const rate = await rateOf(request.seconds, batch, () => session.classify(windows, batch));
    await session.close();
    return rate;
  }
  const session = await ort.InferenceSession.create(model.bytes, {
    executionProviders: [CPU],
    intraOpNumThreads: request.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  });
  const tensor = new ort.Tensor('float32', windows, [batch, 1, 1, MODEL_WINDOW_SAMPLES]);
  const feeds = { [model.inputName]: tensor };
  const rate = await rateOf(request.seconds, batch, () => session.run(feeds));
  await session.release();
  return rate;
}

async function rateOf(
  seconds: number,
  batch: number,
  run: () => Promise<unknown>,
): Promise<number> {
  await run();
  const began = performance.now();
  let windows = 0;
  let elapsed = 0;
  while (elapsed < seconds * 1000) {
    await run();
    windows += batch;
    elapsed = performance.now() - began;
  }
  return (windows * 1000) / elapsed;
}

const isChild = process.argv[1] === fileURLToPath(import.meta.url);
if (isChild) {
  const [through, batch, threads, seconds] = process.argv.slice(2);
  const rate = await windowsPerSecond({
    through: through === 'session' ? 'session' : 'bare',
    batch: Number(batch),
    threads: Number(threads),
    seconds: Number(seconds),
  });
  console.log(rate);
}
