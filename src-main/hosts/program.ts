/**
 * The program as every host opens it: the services on this person's library, with an analysis pool
 * of the host's kind. What differs between hosts is in the options.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { About } from '../contract/program.ts';
import type { Announce } from '../contract/events.ts';
import { AnalysisPool } from '../rhythm/analysis-pool.ts';
import type { Analyst } from '../rhythm/job.ts';
import { standardPlace } from '../rhythm/model-folder.ts';
import type { ModelFolder } from '../rhythm/model-shelf.ts';
import type { SpawnProcess } from '../rhythm/port.ts';
import { createServices } from '../services/create-services.ts';
import type { Dialogs } from '../services/handlers.ts';
import type { Backend } from './backend.ts';
import type { Environment } from './browser.ts';
import { programLayout, type Layout } from './layout.ts';

/** Two sessions of one thread each (DESIGN.md); one on a machine with a single core. */
const ANALYSIS_PROCESSES = Math.min(2, availableParallelism());

/** Names another library, for tests and for keeping studies apart. */
export const LIBRARY_VARIABLE = 'RHYTHMARK_LIBRARY';

/** Names another model's manifest, for tests and for trying a model before it is shipped. */
const MODEL_VARIABLE = 'RHYTHMARK_MODEL';

export interface ProgramOptions {
  readonly host: About['host'];
  readonly spawn: SpawnProcess;
  readonly libraryFolder: string;
  /** The program's own when absent; a test has one that it may spoil. */
  readonly modelsFolder?: string;
  readonly dialogs?: Dialogs;
}

/** The services behind a host's own interface, and what only this process may use. */
export interface Program extends Backend {
  readonly version: string;
  readonly analyst: Analyst;
  /** Tokens for paths that the person named to the operating system: dropped, opened. */
  tokensFor(paths: readonly string[]): readonly string[];
  /** Resolves when nothing is read, classified or written in the background. */
  whenIdle(): Promise<void>;
}

/** Throws what opening the library throws: `busy`, `access-denied`, `disk-full`, `unsupported`. */
export async function openProgram(options: ProgramOptions, announce: Announce): Promise<Program> {
  const layout = programLayout();
  const modelsFolder = options.modelsFolder ?? layout.modelsFolder;
  const named = process.env[MODEL_VARIABLE];
  const isNamed = named !== undefined && named !== '';
  const manifestPath = isNamed ? named : await standardPlace(modelsFolder);
  const version = await programVersion(layout);
  const analyst = new AnalysisPool({
    spawn: options.spawn,
    manifestPath,
    processes: ANALYSIS_PROCESSES,
  });
  const services = createServices({
    version,
    host: options.host,
    libraryFolder: options.libraryFolder,
    announce,
    analyst,
    modelPlaces: {
      // A model that is named at the start is meant, whatever was chosen in the window.
      folders: isNamed ? null : modelFolders({ modelsFolder }, options.libraryFolder),
      standard: manifestPath,
    },
    ...(options.dialogs ? { dialogs: options.dialogs } : {}),
    log: (line) => {
      console.error(line);
    },
  });
  return {
    version,
    analyst,
    dispatch: (method, input, context) => services.dispatch(method, input, context),
    tokensFor: (paths) => services.tokensFor(paths),
    whenIdle: () => services.whenIdle(),
    close: () => services.close(),
  };
}

/**
 * Where this person's data is kept, by the rules of each system. Both hosts use the same folder:
 * what was opened in one is there in the other.
 */
export function dataFolder(
  platform: NodeJS.Platform = process.platform,
  environment: Environment = process.env,
  home: string = homedir(),
): string {
  if (platform === 'win32') {
    return join(environment['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Rhythmark');
  }
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Rhythmark');
  const base = environment['XDG_DATA_HOME'];
  // The XDG rules: a relative path is to be ignored.
  return join(base?.startsWith('/') ? base : join(home, '.local', 'share'), 'rhythmark');
}

export function defaultLibraryFolder(): string {
  const named = process.env[LIBRARY_VARIABLE];
  return named === undefined || named === '' ? join(dataFolder(), 'library') : named;
}

/** Those that came with the program, then a person's own. */
export function modelFolders(
  { modelsFolder }: Pick<Layout, 'modelsFolder'>,
  libraryFolder: string,
): ModelFolder[] {
  return [
    { path: modelsFolder, origin: 'program' },
    { path: join(libraryFolder, 'models'), origin: 'own' },
  ];
}

async function programVersion(layout: Layout): Promise<string> {
  const text = await readFile(join(layout.root, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
