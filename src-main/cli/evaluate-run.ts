/** `rhythmark evaluate`: a labelled set through the pool, scored, printed and written. */
import { mkdir, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Reading } from '../contract/domain.ts';
import { createAtomicFile, type AtomicFile } from '../formats/atomic-file.ts';
import type { Evaluation } from '../report/evaluation/evaluation.ts';
import { evaluationPage } from '../report/evaluation/page.ts';
import { patientsTable, recordingsTable } from '../report/evaluation/tables.ts';
import { evaluationText } from '../report/evaluation/text.ts';
import { AnalysisPool } from '../rhythm/analysis-pool.ts';
import type { LeadChoice } from '../rhythm/job.ts';
import type { SpawnProcess } from '../rhythm/port.ts';
import { evaluateDataset } from '../services/evaluate.ts';
import { EXIT, UsageError } from './command.ts';
import { interruption } from './interruption.ts';
import { folderRefusal } from './output.ts';
import { modelToUse, programVersion } from './program.ts';
import { RunProgress } from './run-progress.ts';
import type { Terminal } from './terminal.ts';

export interface EvaluateRequest {
  readonly path: string;
  readonly readings: readonly Reading[];
  readonly prevalence: number;
  readonly out: string | null;
  readonly format: 'text' | 'json' | 'html';
  readonly leads: LeadChoice;
  readonly limit: number;
  readonly jobs: number;
  /** Name or file of a model; the program's own where it is absent. */
  readonly model: string | undefined;
}

/** Recordings lined up for each process, so that it never waits for the next one. */
const LINED_UP = 12;

/** Answers the exit status. Throws UsageError, and RhythmarkError when nothing can be scored. */
export async function evaluateRun(
  request: EvaluateRequest,
  terminal: Terminal,
  spawn: SpawnProcess,
): Promise<number> {
  const { manifest, model } = await modelToUse(request.model);
  const stopping = interruption();
  if (request.out !== null && resolve(request.out) === resolve(request.path)) {
    throw new UsageError('--out is another folder than the dataset, which is never written to.');
  }
  const files = request.out === null ? null : await createFiles(request.out);
  const pool = new AnalysisPool({
    spawn,
    manifestPath: manifest,
    processes: request.jobs,
  });
  let progress: RunProgress | null = null;
  try {
    const evaluation = await evaluateDataset(resolve(request.path), {
      analyst: pool,
      model,
      program: await programVersion(),
      leads: request.leads,
      readings: request.readings,
      prevalence: request.prevalence,
      limit: request.limit,
      atOnce: request.jobs * LINED_UP,
      signal: stopping.signal,
      onProgress: (done, total, windows) => {
        progress ??= new RunProgress(terminal, total);
        progress.step(done, windows);
      },
    });
    terminal.clearProgress();
    if (files !== null) await writeFiles(files, evaluation);
    terminal.print(printed(evaluation, request.format));
    return evaluation.dataset.failures.length > 0 ? EXIT.someFailed : EXIT.done;
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    terminal.complain('Stopped. Nothing was written.');
    return EXIT.someFailed;
  } finally {
    await files?.discard();
    await pool.close();
    stopping.end();
    terminal.clearProgress();
  }
}

function printed(evaluation: Evaluation, format: EvaluateRequest['format']): string {
  switch (format) {
    case 'text':
      return evaluationText(evaluation);
    case 'json':
      return evaluationJson(evaluation);
    case 'html':
      return evaluationPage(evaluation);
  }
}

function evaluationJson(evaluation: Evaluation): string {
  return `${JSON.stringify(evaluation, null, 2)}\n`;
}

const CONTENTS: Readonly<Record<string, (evaluation: Evaluation) => Iterable<string>>> = {
  'evaluation.txt': (evaluation) => [evaluationText(evaluation)],
  'evaluation.json': (evaluation) => [evaluationJson(evaluation)],
  'evaluation.html': (evaluation) => [evaluationPage(evaluation)],
  'recordings.csv': recordingsTable,
  'patients.csv': patientsTable,
};

interface OutputFiles {
  readonly files: ReadonlyMap<string, AtomicFile>;
  /** Safe after they are in place. */
  discard(): Promise<void>;
}

/**
 * All files are open before the work begins, so that what cannot be written is known before an
 * hour of it. Throws UsageError where `folder` cannot be one, and the system's error otherwise.
 */
async function createFiles(folder: string): Promise<OutputFiles> {
  const files = new Map<string, AtomicFile>();
  let made: string | undefined;
  const discard = async () => {
    for (const file of files.values()) await file.discard();
    // A folder that was made for nothing goes; one that holds files stays, and rmdir says so.
    if (made !== undefined) await rmdir(folder).catch(() => undefined);
  };
  try {
    made = await mkdir(folder, { recursive: true });
    for (const name of Object.keys(CONTENTS)) {
      files.set(name, await createAtomicFile(join(folder, name)));
    }
    return { files, discard };
  } catch (error) {
    await discard();
    throw folderRefusal(folder, error);
  }
}

/** None is put in place before all are whole. */
async function writeFiles({ files }: OutputFiles, evaluation: Evaluation): Promise<void> {
  for (const [name, file] of files) {
    for (const piece of CONTENTS[name]?.(evaluation) ?? []) await file.write(piece);
  }
  for (const file of files.values()) await file.commit();
}
