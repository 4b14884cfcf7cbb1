/** Writes the demo recordings into a folder. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RhythmarkError } from '../../src-main/contract/errors.ts';
import { createAtomicFile, type AtomicFile } from '../../src-main/formats/atomic-file.ts';
import { SYNTHETIC_COMMENT } from '../../src-main/formats/synthetic.ts';
import { signalEncoder, type StorageFormat } from './encode.ts';
import { DEMO_RECORDINGS, type DemoRecording } from './recordings.ts';
import { syntheticRecording } from './synthesise.ts';
import { truthFile } from './truth.ts';

/** Stands in every header; a recording made by another generator is made again. */
const GENERATOR = 'Generator 1';

/** Seconds of signal made and written at a time. */
const BLOCK_S = 300;

export interface DemoOptions {
  readonly signal?: AbortSignal;
  /** Called with the share done, 0 to 1, after each block. */
  readonly onProgress?: (share: number) => void;
  /** Those to write; all of them unless said. */
  readonly recordings?: readonly DemoRecording[];
}

/**
 * Makes the recordings that the folder does not hold yet, and answers the paths of all their main
 * files (`.hea`, `.csv`) in order. Every file is written whole or not at all, a recording's main
 * file last, so that what can be opened is complete. Beside each lies its truth, a WFDB annotation
 * file `.atr`.
 *
 * Throws RhythmarkError `cancelled`, and the system's error (ENOSPC, EACCES) as it is.
 */
export async function writeDemoRecordings(
  folder: string,
  options: DemoOptions = {},
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const recordings = options.recordings ?? DEMO_RECORDINGS;
  const total = recordings.reduce((sum, { spec }) => sum + spec.durationS, 0);
  let done = 0;
  const progress = (seconds: number): void => {
    done += seconds;
    options.onProgress?.(Math.min(1, done / total));
    if (options.signal?.aborted) {
      throw new RhythmarkError('cancelled', 'Making the demo recordings was cancelled.');
    }
  };
  const paths: string[] = [];
  for (const recording of recordings) {
    const path = join(folder, recording.name + (recording.format === 'csv' ? '.csv' : '.hea'));
    if (await isWritten(path)) progress(recording.spec.durationS);
    else await writeOne(folder, path, recording, progress);
    paths.push(path);
  }
  return paths;
}

async function isWritten(path: string): Promise<boolean> {
  try {
    return (await readFile(path, 'utf8')).includes(GENERATOR);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function writeOne(
  folder: string,
  path: string,
  demo: DemoRecording,
  progress: (seconds: number) => void,
): Promise<void> {
  const recording = syntheticRecording(demo.spec);
  await writeFile(join(folder, `${demo.name}.atr`), (file) => file.write(truthFile(recording)));
  if (demo.format === 'csv') {
    await writeFile(path, (file) => file.write(textOf(demo)));
    progress(demo.spec.durationS);
    return;
  }
  const format: StorageFormat = demo.format === 'wfdb-16' ? '16' : '212';
  const encoder = signalEncoder(format, demo.spec.leads);
  const block = BLOCK_S * demo.spec.samplingHz;
  await writeFile(join(folder, `${demo.name}.dat`), async (file) => {
    for (let from = 0; from < recording.sampleCount; from += block) {
      const to = Math.min(recording.sampleCount, from + block);
      await file.write(encoder.encode(recording.render(from, to)));
      progress((to - from) / demo.spec.samplingHz);
    }
  });
  const header = encoder.header({
    name: demo.name,
    samplingHz: demo.spec.samplingHz,
    start: demo.start,
    comments: [SYNTHETIC_COMMENT, demo.title, GENERATOR],
  });
  await writeFile(path, (file) => file.write(header));
}

async function writeFile(path: string, fill: (file: AtomicFile) => Promise<void>): Promise<void> {
  const file = await createAtomicFile(path);
  try {
    await fill(file);
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

function textOf(demo: DemoRecording): string {
  const { spec } = demo;
  const recording = syntheticRecording(spec);
  const leads = recording.render(0, recording.sampleCount);
  const lines = [
    `# ${SYNTHETIC_COMMENT}`,
    `# ${demo.title}`,
    `# ${GENERATOR}`,
    ['time [s]', ...spec.leads.map((lead) => `${lead} [mV]`)].join(','),
  ];
  for (let index = 0; index < recording.sampleCount; index++) {
    const values = leads.map((samples) => (samples[index] ?? NaN).toFixed(3));
    lines.push([(index / spec.samplingHz).toFixed(3), ...values].join(','));
  }
  return `${lines.join('\n')}\n`;
}
