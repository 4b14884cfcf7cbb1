/** `rhythmark classify`: many recordings through the pool, into one file, in the input's order. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Reading } from '../contract/domain.ts';
import type { ModelCard } from '../contract/model-card.ts';
import { failureOf, RhythmarkError, type Failure } from '../contract/errors.ts';
import { writeFileAtomically } from '../formats/atomic-file.ts';
import type { Labelling, LabelledRecording } from '../report/label-rows.ts';
import {
  labelFrame,
  labelRowTexts,
  labelsDescription,
  type LabelFormat,
  type LabelSubject,
} from '../report/labels.ts';
import { AnalysisPool } from '../rhythm/analysis-pool.ts';
import { isGivenUp, type LeadChoice } from '../rhythm/job.ts';
import type { SpawnProcess } from '../rhythm/port.ts';
import { EXIT } from './command.ts';
import type { Input } from './inputs.ts';
import { interruption } from './interruption.ts';
import { Journal } from './journal.ts';
import { refuseSource, refuseUnwritable } from './output.ts';
import { modelToUse, programVersion } from './program.ts';
import { RunProgress } from './run-progress.ts';
import type { Terminal } from './terminal.ts';

export interface ClassifyRequest {
  readonly paths: readonly string[];
  readonly out: string;
  readonly per: LabelSubject;
  readonly format: LabelFormat;
  readonly leads: LeadChoice;
  readonly reading: Reading;
  readonly jobs: number;
  readonly shard: { readonly index: number; readonly count: number };
  readonly begin: 'anew' | 'resume';
  /** Name or file of a model; the program's own where it is absent. */
  readonly model: string | undefined;
}

/** Jobs lined up for each process, so that it never waits for the next one. */
const LINED_UP = 48;

/**
 * Answers the exit status. Throws UsageError, and RhythmarkError when nothing can be written at
 * all: no model, a full disk, no recording found.
 */
export async function classifyRun(
  request: ClassifyRequest,
  terminal: Terminal,
  spawn: SpawnProcess,
): Promise<number> {
  const { manifest, model } = await modelToUse(request.model);
  const { card } = model;
  const labelling: Labelling = { reading: request.reading, model: card };
  const stopping = interruption();
  await refuseUnwritable(request.out, request.paths);
  const pool = new AnalysisPool({
    spawn,
    manifestPath: manifest,
    processes: request.jobs,
  });
  try {
    // Their sessions come up while the formats are loaded and the folder is looked through.
    if (await mayHoldSeveral(request.paths)) pool.start();
    const { recordingInputs } = await import('./inputs.ts');
    const all = await recordingInputs(request.paths, stopping.signal);
    const inputs = shardOf(all, request.shard);
    if (inputs.length === 0 && request.shard.count === 1) {
      throw new RhythmarkError(
        'not-found',
        `No recordings were found in ${request.paths.join(', ')}.`,
      );
    }
    await refuseSource(
      request.out,
      inputs.map(({ path }) => path),
    );
    const journal = await journalOf(request, card, terminal);
    const run = new Run(request, labelling, terminal, pool, journal, stopping.signal);
    try {
      const failed = await run.classifyAll(inputs);
      // The processes end while the output is put together.
      const ended = pool.close();
      await assemble(request, labelling, inputs, journal);
      await journal.remove();
      await ended;
      return failed > 0 ? EXIT.someFailed : EXIT.done;
    } catch (error) {
      await journal.close();
      if (!stopping.signal.aborted) throw goingOn(error, run.done, inputs.length);
      terminal.complain(
        `Stopped, with ${run.done} of ${inputs.length} recordings done. The same command with --resume goes on.`,
      );
      return EXIT.someFailed;
    }
  } finally {
    await pool.close();
    stopping.end();
    terminal.clearProgress();
  }
}

/** What ends a run of which the journal has what is done. */
function goingOn(error: unknown, done: number, total: number): unknown {
  const { code, message, detail } = failureOf(error);
  if (code !== 'disk-full' && code !== 'analysis-stopped') return error;
  const how = `with ${done} of ${total} recordings done`;
  const told =
    code === 'disk-full'
      ? `The disk is full, ${how}. Free some space; the same command with --resume goes on.`
      : `Stopped, ${how}. ${message} The same command with --resume goes on.`;
  return new RhythmarkError(code, told, detail, { cause: error });
}

async function mayHoldSeveral([path, ...others]: readonly string[]): Promise<boolean> {
  if (path === undefined || others.length > 0) return others.length > 0;
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Rows depend on more than the network: on thresholds, the recording head and the context. */
function digestOf(card: ModelCard): string {
  return createHash('sha256').update(JSON.stringify(card)).digest('hex');
}

async function journalOf(
  request: ClassifyRequest,
  card: ModelCard,
  terminal: Terminal,
): Promise<Journal> {
  const settings = {
    per: request.per,
    format: request.format,
    reading: request.reading,
    lead: request.leads.kind === 'named' ? `named ${request.leads.name}` : request.leads.kind,
    model: digestOf(card),
    version: await programVersion(),
  };
  const journal = await Journal.open(`${request.out}.journal`, settings, request.begin);
  if (journal.discarded > 0) {
    terminal.complain(
      `Begins anew: an interrupted run had ${journal.discarded} recordings done. With --resume it would have gone on.`,
    );
  }
  return journal;
}

class Run {
  done = 0;
  #failed = 0;
  readonly #request: ClassifyRequest;
  readonly #labelling: Labelling;
  readonly #terminal: Terminal;
  readonly #pool: AnalysisPool;
  readonly #journal: Journal;
  readonly #stop: AbortSignal;

  constructor(
    request: ClassifyRequest,
    labelling: Labelling,
    terminal: Terminal,
    pool: AnalysisPool,
    journal: Journal,
    stop: AbortSignal,
  ) {
    this.#request = request;
    this.#labelling = labelling;
    this.#terminal = terminal;
    this.#pool = pool;
    this.#journal = journal;
    this.#stop = stop;
  }

  /** Number of recordings that failed. Throws what stops the whole run. */
  async classifyAll(inputs: readonly Input[]): Promise<number> {
    const left = inputs.filter((input) => !this.#isDone(input));
    const progress = new RunProgress(this.#terminal, inputs.length);
    progress.begin(this.done);
    const next = left.values();
    const worker = async () => {
      for (const input of next) {
        const windows = await this.#classify(input);
        this.done += 1;
        progress.step(this.done, windows);
      }
    };
    const workers = Math.min(left.length, this.#request.jobs * LINED_UP);
    await Promise.all(Array.from({ length: workers }, worker));
    return this.#failed;
  }

  /** Failures are tried again: a drive that had vanished may be back. */
  #isDone(input: Input): boolean {
    if (input.kind === 'unreadable') return false;
    const entry = this.#journal.find(keyOf(input), input.sizeBytes, input.modifiedMs);
    if (entry?.status !== 'classified') return false;
    this.done += 1;
    return true;
  }

  /** Windows classified. Throws what stops the whole run; a file's own failure does not. */
  async #classify(input: Input): Promise<number> {
    const recording = await this.#outcomeOf(input);
    if (recording.status === 'failed') {
      this.#failed += 1;
      this.#terminal.complain(`${input.path}: ${recording.failure.message}`);
    }
    const { per, format } = this.#request;
    await this.#journal.add({
      key: keyOf(input),
      sizeBytes: input.kind === 'recording' ? input.sizeBytes : 0,
      modifiedMs: input.kind === 'recording' ? input.modifiedMs : 0,
      status: recording.status,
      rows: [...labelRowTexts(recording, this.#labelling, per, format)],
    });
    if (recording.status === 'failed') return 0;
    return recording.verdicts.reduce((sum, { startS }) => sum + startS.length, 0);
  }

  async #outcomeOf(input: Input): Promise<LabelledRecording> {
    const { name, path } = input;
    if (input.kind === 'unreadable') {
      const failure = { code: 'not-a-recording', message: input.reason } as const;
      return { status: 'failed', name, path, failure };
    }
    try {
      const { header, verdicts } = await this.#pool.run(
        {
          kind: 'classify',
          id: keyOf(input),
          path: resolve(path),
          part: input.part,
          textChoice: null,
          leads: this.#request.leads,
          envelopePath: null,
        },
        { signal: this.#stop },
      );
      return { status: 'classified', name, path, header, verdicts };
    } catch (error) {
      const failure = failureOf(error);
      const { code } = failure;
      const isOfAll = code === 'analysis-stopped' && isGivenUp(this.#pool.state, keyOf(input));
      if (isOfAll || stopsTheRun(failure)) throw error;
      return { status: 'failed', name, path, failure };
    }
  }
}

/** The output from the journal, and the description of it where the format cannot carry one. */
async function assemble(
  request: ClassifyRequest,
  labelling: Labelling,
  inputs: readonly Input[],
  journal: Journal,
): Promise<void> {
  const description = labelsDescription(labelling, request.per, await programVersion());
  const frame = labelFrame(request.format, description);
  async function* pieces() {
    yield frame.head;
    let isFirst = true;
    for (const input of inputs) {
      for (const row of await journal.rows(keyOf(input))) {
        yield isFirst ? row : frame.separator + row;
        isFirst = false;
      }
    }
    if (!isFirst || request.format === 'json') yield frame.tail;
  }
  await writeFileAtomically(request.out, pieces());
  if (request.format !== 'json') {
    await writeFileAtomically(`${request.out}.about.json`, [
      `${JSON.stringify(description, null, 2)}\n`,
    ]);
  }
}

/** Not the recording's fault: the next one would fail of the same. */
function stopsTheRun({ code }: Failure): boolean {
  return code === 'cancelled' || code === 'model-unavailable' || code === 'disk-full';
}

function keyOf(input: Input): string {
  return input.kind === 'recording' && input.part !== ''
    ? `${input.path}\0${input.part}`
    : input.path;
}

/** Every `count`th recording, so that shards are as large as one another. */
function shardOf(inputs: readonly Input[], { index, count }: ClassifyRequest['shard']): Input[] {
  return inputs.filter((_, at) => at % count === index - 1);
}
