/**
 * The installed program as a command: `rhythmark classify ...`. Electron cannot be started as Node
 * (a fuse forbids it), so the same main process runs the command, without a window and without
 * touching the window's data, and ends with its exit status.
 */
import { app } from 'electron';
import { commandLine, isCommand } from '../../cli/command-line.ts';
import { processTerminal } from '../../cli/terminal.ts';
import { spawnUtility } from './analysis.ts';

/**
 * What a start of the program asks of the command line; null where it asks for the window. Switches
 * of Chromium and Electron may come first, as a desktop or a container adds them.
 */
export function commandArguments(
  argv: readonly string[],
  isPackaged: boolean,
): readonly string[] | null {
  const args = argv.slice(isPackaged ? 1 : 2);
  const first = args.findIndex((one) => isCommand(one) || !one.startsWith('-'));
  const name = args[first];
  return name !== undefined && isCommand(name) ? args.slice(first) : null;
}

/** Ends the program. */
export async function runCommand(args: readonly string[], analysisEntry: string): Promise<void> {
  // Nothing is drawn: no graphics process, and on Linux no display.
  app.disableHardwareAcceleration();
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) {
    app.commandLine.appendSwitch('ozone-platform', 'headless');
  }
  app.dock?.hide();
  await app.whenReady(); // a utility process needs it
  const status = await commandLine(args, processTerminal(), spawnUtility(analysisEntry));
  await written(process.stdout);
  await written(process.stderr);
  app.exit(status);
}

/** `app.exit` does not wait for what a pipe has not taken yet. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}
