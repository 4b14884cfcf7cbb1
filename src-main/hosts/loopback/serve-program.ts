/** The whole program on the loopback host: what `rhythmark serve` and a start without Electron run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RhythmarkError } from '../../contract/errors.ts';
import { spawnWithNode, type SpawnProcess } from '../../rhythm/port.ts';
import { programLayout } from '../layout.ts';
import {
  defaultLibraryFolder,
  openProgram,
  type Program,
  type ProgramOptions,
} from '../program.ts';
import { classifyFolder } from './classify-folder.ts';
import { startLoopback, type Loopback, type LoopbackOptions } from './server.ts';

export interface ServeOptions
  extends
    Pick<LoopbackOptions, 'port' | 'classifyToken' | 'lingerS'>,
    Pick<ProgramOptions, 'modelsFolder'> {
  /** The person's own library when absent. */
  readonly libraryFolder?: string;
  /** This Node when absent; a test keeps hold of what it starts. */
  readonly spawn?: SpawnProcess;
}

export interface ServedProgram extends Loopback {
  readonly program: Program;
}

/**
 * Throws RhythmarkError: `busy` for a port or a library that is in use, `not-found` where the page
 * has not been built, and what opening the library throws.
 */
export async function serveProgram(options: ServeOptions): Promise<ServedProgram> {
  const layout = programLayout();
  if (!existsSync(join(layout.pageFolder, 'index.html'))) {
    throw new RhythmarkError('not-found', 'The page is not built yet. Run: npm run build');
  }
  const { promise: opened, resolve } = Promise.withResolvers<Program>();
  const loopback = await startLoopback({
    port: options.port,
    pageFolder: layout.pageFolder,
    classifyToken: options.classifyToken,
    lingerS: options.lingerS,
    async openBackend(announce) {
      const program = await openProgram(
        {
          host: 'loopback',
          spawn: options.spawn ?? spawnWithNode(layout.analysisEntry),
          libraryFolder: options.libraryFolder ?? defaultLibraryFolder(),
          ...(options.modelsFolder === undefined ? {} : { modelsFolder: options.modelsFolder }),
        },
        announce,
      );
      resolve(program);
      return program;
    },
    classify: async (folder, per, signal) => classifyFolder(await opened)(folder, per, signal),
  });
  return { ...loopback, program: await opened };
}
