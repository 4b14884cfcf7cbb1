/** The analysis process as an Electron utility process, behind the interface that the pool knows. */
import { utilityProcess } from 'electron';
import type { ProcessHandle, SpawnProcess } from '../../rhythm/port.ts';

/** Enough for a native abort message or an out-of-memory report. */
const STDERR_KEPT = 2_000;

/** Starts `entry` (a bundled .js file). Only after `ready`. */
export function spawnUtility(entry: string): SpawnProcess {
  return (): ProcessHandle => {
    const child = utilityProcess.fork(entry, [], {
      serviceName: 'Rhythmark analysis',
      stdio: ['ignore', 'ignore', 'pipe'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    let stderr = '';
    child.stderr?.on('data', (text: Buffer) => {
      stderr = (stderr + text.toString()).slice(-STDERR_KEPT);
    });
    return {
      post: (messages) => {
        child.postMessage(messages);
      },
      onMessages: (listener) => {
        child.on('message', listener);
      },
      onExit: (listener) => {
        child.once('exit', (code) => {
          const how = `exit code ${code}`;
          listener(stderr.trim() === '' ? how : `${how}: ${stderr.trim()}`);
        });
      },
      kill: () => {
        forceEnd(child.pid);
        child.kill();
      },
    };
  };
}

/** `UtilityProcess.kill` asks politely, which native code in a loop never hears. */
function forceEnd(pid: number | undefined): void {
  if (pid === undefined || process.platform === 'win32') return; // there, `kill` is by force
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}
