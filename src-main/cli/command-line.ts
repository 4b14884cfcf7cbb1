/**
 * One call of `rhythmark`, from whichever program it was started: Node in a checkout, the installed
 * program. Nothing is loaded before it is needed, so that `--help` answers at once.
 */
import { failureOf } from '../contract/errors.ts';
import type { SpawnProcess } from '../rhythm/port.ts';
import { COMMANDS } from './commands.ts';
import { EXIT, UsageError, type Command } from './command.ts';
import { commandHelp, programHelp } from './help.ts';
import type { Terminal } from './terminal.ts';

/** The exit status: 0 all done, 1 some input failed (the rest is written), 2 wrong usage. */
export async function commandLine(
  args: readonly string[],
  terminal: Terminal,
  spawn: SpawnProcess,
): Promise<number> {
  try {
    return await main(args, terminal, spawn);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.complain(error.message);
      return EXIT.usage;
    }
    const { code, message, detail } = failureOf(error);
    terminal.complain(detail === undefined ? message : `${message} (${detail})`);
    return code === 'bad-request' ? EXIT.usage : EXIT.someFailed;
  }
}

/** Whether arguments that begin with `name` are for the command line, and name no recording. */
export function isCommand(name: string): boolean {
  return GENERAL.has(name) || COMMANDS.some((command) => command.name === name);
}

const GENERAL: ReadonlySet<string> = new Set(['help', '--help', '-h', '--version', '-v']);

async function main(
  args: readonly string[],
  terminal: Terminal,
  spawn: SpawnProcess,
): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-v') {
    const { programVersion } = await import('./program.ts');
    terminal.print(`rhythmark ${await programVersion()}\n`);
    return EXIT.done;
  }
  if (name === undefined) {
    terminal.print(programHelp(COMMANDS));
    return EXIT.usage;
  }
  if (name === 'help' || name === '--help' || name === '-h') return help(rest[0], terminal);
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) throw unknownCommand(name);
  // After `--` a file may be called --help.
  const options = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : rest.length);
  if (options.includes('--help') || options.includes('-h')) return help(name, terminal);
  return command.run(rest, terminal, spawn);
}

function help(name: string | undefined, terminal: Terminal): number {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (name !== undefined && command === undefined) throw unknownCommand(name);
  terminal.print(command === undefined ? programHelp(COMMANDS) : commandHelp(command));
  return EXIT.done;
}

function unknownCommand(name: string): UsageError {
  const names = COMMANDS.map((command: Command) => command.name).join(', ');
  return new UsageError(`There is no command ${JSON.stringify(name)}. Commands: ${names}.`);
}
