/**
 * The stored min/max pyramids that long recordings are drawn from, by fingerprint of the content,
 * in the library's cache folder. They can always be made again, so the folder has a limit and the
 * ones that were used longest ago go first.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordingHeader } from '../contract/domain.ts';
import { failureOf, RhythmarkError } from '../contract/errors.ts';
import { openRegularFile } from '../formats/byte-source.ts';
import type { StoredRecording } from '../review/recordings.ts';
import type { Analyst } from '../rhythm/job.ts';
import { openEnvelope, type Envelope } from '../signal/envelope-file.ts';
import { HeldOpen } from './held-open.ts';
import { DIRECT_SAMPLES } from './signal-view.ts';

const ENDING = '.env';
/** What the pass that classifies is writing; the build for the screen writes its own. */
const PASS_ENDING = '.pass.env';
const MOST_BYTES = 4 * 1024 ** 3;

/** What an envelope is needed of. */
export type EnvelopeOf = Pick<StoredRecording, 'id' | 'path' | 'part' | 'textChoice' | 'unit'> & {
  readonly fingerprint: string;
  readonly header: RecordingHeader;
};

export class Envelopes {
  readonly #folder: string;
  readonly #analyst: Analyst;
  readonly #mostBytes: number;
  readonly #open: HeldOpen<OpenEnvelope>;
  readonly #building = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #ready: Promise<unknown>;

  constructor(libraryFolder: string, analyst: Analyst, mostBytes = MOST_BYTES) {
    this.#folder = join(libraryFolder, 'cache');
    this.#analyst = analyst;
    this.#mostBytes = mostBytes;
    this.#open = new HeldOpen((fingerprint) => openPath(this.#path(fingerprint)));
    this.#ready = this.#clean();
  }

  /** Where the pass that classifies shall write the envelope; null where it need not. */
  pathForPass(recording: StoredRecording): string | null {
    const { fingerprint, durationS, samplingHz, leads } = recording;
    if (fingerprint === null || durationS === null || samplingHz === null) return null;
    if (durationS * samplingHz * leads.length <= DIRECT_SAMPLES) return null;
    return existsSync(this.#path(fingerprint)) ? null : this.#path(fingerprint, PASS_ENDING);
  }

  /** Takes over what the pass has written. */
  async adopt(fingerprint: string | null): Promise<void> {
    if (fingerprint === null) return;
    const made = this.#path(fingerprint, PASS_ENDING);
    if (!existsSync(made)) return;
    await rename(made, this.#path(fingerprint));
    await this.#makeRoom();
  }

  /** Begins to build what the screen will want in a moment; failures are told when it does. */
  prepare(recording: EnvelopeOf): void {
    if (samplesIn(recording.header) <= DIRECT_SAMPLES) return;
    this.use(recording, this.#closing.signal, () => Promise.resolve()).catch(() => undefined);
  }

  /**
   * Runs `work` with the envelope, which is built now if need be; `signal` ends the waiting, not
   * the building. Errors: as the analysis of the recording.
   */
  async use<T>(
    recording: EnvelopeOf,
    signal: AbortSignal,
    work: (envelope: Envelope) => Promise<T>,
  ): Promise<T> {
    const { fingerprint, header } = recording;
    for (let attempt = 1; ; attempt += 1) {
      await orAborted(this.#built(recording), signal);
      const answer = await this.#open.use(fingerprint, async ({ envelope }) =>
        fits(envelope, header) ? { value: await work(envelope) } : null,
      );
      if (answer) return answer.value;
      await this.#forget(fingerprint);
      if (attempt === 2) throw unusable();
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ready;
    await Promise.allSettled(this.#building.values());
    await this.#open.close();
  }

  #path(fingerprint: string, ending = ENDING): string {
    return join(this.#folder, fingerprint + ending);
  }

  #built(recording: EnvelopeOf): Promise<void> {
    const { fingerprint } = recording;
    const known = this.#building.get(fingerprint);
    if (known) {
      this.#analyst.raise(jobIdOf(fingerprint));
      return known;
    }
    const building = this.#build(recording).finally(() => this.#building.delete(fingerprint));
    this.#building.set(fingerprint, building);
    return building;
  }

  async #build({ path, part, textChoice, unit, fingerprint }: EnvelopeOf): Promise<void> {
    await this.#ready;
    const envelopePath = this.#path(fingerprint);
    if (await this.#isUsable(fingerprint)) return;
    await this.#analyst.run(
      { kind: 'envelope', id: jobIdOf(fingerprint), path, part, textChoice, unit, envelopePath },
      { priority: 'looked-at', signal: this.#closing.signal },
    );
    await this.#makeRoom();
  }

  /** Opens it to see; a damaged one is removed, so that it is built again. */
  async #isUsable(fingerprint: string): Promise<boolean> {
    const path = this.#path(fingerprint);
    if (!existsSync(path)) return false;
    try {
      await this.#open.use(fingerprint, () => Promise.resolve());
      const now = new Date();
      await utimes(path, now, now).catch(() => undefined); // only orders what is removed first
      return true;
    } catch (error) {
      if (failureOf(error).code === 'damaged-file') await this.#forget(fingerprint);
      return false;
    }
  }

  async #forget(fingerprint: string): Promise<void> {
    this.#open.drop(fingerprint);
    await rm(this.#path(fingerprint), { force: true });
  }

  /** What a killed program left half written. */
  async #clean(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true });
      for (const name of await readdir(this.#folder)) {
        if (name.endsWith(PASS_ENDING) || !name.endsWith(ENDING)) {
          await rm(join(this.#folder, name), { force: true });
        }
      }
    } catch {
      // Without a cache folder every build fails with the system's own reason, told to the user.
    }
  }

  async #makeRoom(): Promise<void> {
    const files = await Promise.all(
      (await readdir(this.#folder).catch(() => []))
        .filter((name) => name.endsWith(ENDING) && !name.endsWith(PASS_ENDING))
        .map(async (name) => {
          const found = await stat(join(this.#folder, name)).catch(() => null);
          return { name, size: found?.size ?? 0, usedMs: found?.mtimeMs ?? 0 };
        }),
    );
    let total = files.reduce((sum, { size }) => sum + size, 0);
    files.sort((a, b) => a.usedMs - b.usedMs);
    // The newest stays whatever its size: it was built because somebody looks at it.
    for (const { name, size } of files.slice(0, -1)) {
      if (total <= this.#mostBytes) return;
      await this.#forget(name.slice(0, -ENDING.length));
      total -= size;
    }
  }
}

function jobIdOf(fingerprint: string): string {
  return `envelope ${fingerprint}`;
}

interface OpenEnvelope {
  readonly envelope: Envelope;
  close(): Promise<void>;
}

async function openPath(path: string): Promise<OpenEnvelope> {
  const source = await openRegularFile(path);
  try {
    return { envelope: await openEnvelope(source), close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

function samplesIn(header: RecordingHeader): number {
  return header.leads.reduce((sum, lead) => sum + lead.sampleCount, 0);
}

function fits(envelope: Envelope, header: RecordingHeader): boolean {
  return (
    envelope.sampleCounts.length === header.leads.length &&
    header.leads.every((lead, index) => lead.sampleCount === envelope.sampleCounts[index])
  );
}

function unusable(): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    'The overview of this recording does not fit its header. Take it off the list and add it again.',
  );
}

/** Settles as `promise` does, or rejects `cancelled` once the signal is aborted. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => {
      reject(new RhythmarkError('cancelled', 'Cancelled.'));
    };
    const settled = (): void => {
      signal.removeEventListener('abort', abort);
    };
    promise.then(resolve, reject).finally(settled);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
