/** The real loopback host with the real services, in a process and a library of its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the host's process is asked, by messages. */
export type HostRequest =
  | { readonly kind: 'add'; readonly paths: readonly string[] }
  | { readonly kind: 'kill-analysis' }
  | { readonly kind: 'end' };

export type HostReply =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

export interface HostModels {
  readonly model?: string;
  readonly modelsFolder?: string;
}

export class Host {
  readonly #process: ChildProcess;
  /** Address with the token, good for any number of pages. */
  readonly url: string;
  readonly origin: string;
  /** Folder of the library; what a reader did is kept here. */
  readonly library: string;

  private constructor(process: ChildProcess, url: string, library: string) {
    this.#process = process;
    this.url = url;
    this.origin = new URL(url).origin;
    this.library = library;
  }

  /** On a new library; with the program's models folder, another one, or the model of a manifest. */
  static async start({ model, modelsFolder }: HostModels = {}): Promise<Host> {
    const folder = await mkdtemp(join(tmpdir(), 'rhythmark-e2e-'));
    const entry = fileURLToPath(new URL('./host-process.ts', import.meta.url));
    const child = fork(entry, modelsFolder === undefined ? [folder] : [folder, modelsFolder], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // The chooser begins at home: what is there must not differ from machine to machine.
      env: {
        ...process.env,
        HOME: folder,
        USERPROFILE: folder,
        ...(model === undefined ? {} : { RHYTHMARK_MODEL: model }),
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const reply = await replyOf(child);
    if (reply.kind !== 'ready') throw new Error(`The host did not start: ${JSON.stringify(reply)}`);
    return new Host(child, reply.url, folder);
  }

  /** Adds files or folders, as if the person had chosen them in the system's dialog. */
  async add(...paths: readonly string[]): Promise<void> {
    await this.#ask({ kind: 'add', paths });
  }

  /** Kills the analysis processes by force, as a lack of memory would. */
  async killAnalysis(): Promise<void> {
    await this.#ask({ kind: 'kill-analysis' });
  }

  /** Kills the host itself by force; its library stays. */
  async kill(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  /** Ends the host and removes its library. */
  async end(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = once(this.#process, 'exit');
      this.#process.send({ kind: 'end' } satisfies HostRequest);
      await gone;
    }
    await rm(this.library, { recursive: true, force: true });
  }

  async #ask(request: HostRequest): Promise<void> {
    const reply = replyOf(this.#process);
    this.#process.send(request);
    const answer = await reply;
    if (answer.kind === 'failed') throw new Error(answer.message);
  }
}

/** The next message of the host's process. */
async function replyOf(child: ChildProcess): Promise<HostReply> {
  const gone = new AbortController();
  child.once('exit', () => {
    gone.abort(new Error('The host ended before it answered.'));
  });
  const [reply] = (await once(child, 'message', { signal: gone.signal })) as [HostReply];
  return reply;
}
