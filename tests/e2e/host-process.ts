/** Runs the program on the loopback host for a test, on the library and models folder that it is given. */
import { serveProgram } from '../../src-main/hosts/loopback/serve-program.ts';
import { programLayout } from '../../src-main/hosts/layout.ts';
import { spawnWithNode, type ProcessHandle } from '../../src-main/rhythm/port.ts';
import type { HostReply, HostRequest } from './host.ts';

const [libraryFolder = '', modelsFolder] = process.argv.slice(2);

function reply(message: HostReply): void {
  process.send?.(message);
}

const analyses = new Set<ProcessHandle>();
const spawnAnalysis = spawnWithNode(programLayout().analysisEntry);

const served = await serveProgram({
  port: 0,
  classifyToken: 'required',
  lingerS: 'never',
  libraryFolder,
  ...(modelsFolder === undefined ? {} : { modelsFolder }),
  spawn: () => {
    const analysis = spawnAnalysis();
    analyses.add(analysis);
    analysis.onExit(() => analyses.delete(analysis));
    return analysis;
  },
});

async function answer(request: HostRequest): Promise<void> {
  switch (request.kind) {
    case 'add': {
      const { program } = served;
      const input = { tokens: program.tokensFor(request.paths) };
      const { signal } = new AbortController();
      const added = await program.dispatch('worklist.add', input, { signal });
      if (!added.ok) throw new Error(added.error.message);
      return;
    }
    case 'kill-analysis':
      for (const analysis of analyses) analysis.kill();
      return;
    case 'end':
      await served.close();
      process.exit(0);
  }
}

process.on('message', (request: HostRequest) => {
  answer(request).then(
    () => {
      reply({ kind: 'done' });
    },
    (error: unknown) => {
      reply({ kind: 'failed', message: String(error) });
    },
  );
});
process.on('disconnect', () => process.exit(0)); // the test run has gone

reply({ kind: 'ready', url: served.url });
