#!/usr/bin/env node
/**
 * `rhythmark`: headless batch work. Nothing is loaded before it is needed, so that `--help` answers
 * at once. Exit status: 0 all done, 1 some input failed (the rest is written), 2 wrong usage.
 */
import { COMMANDS } from './cli/commands.ts';
import { EXIT, UsageError, type Command } from './cli/command.ts';
import { commandHelp, programHelp } from './cli/help.ts';
import { processTerminal, type Terminal } from './cli/terminal.ts';
import { failureOf } from './contract/errors.ts';

async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-v') {
    const { programVersion } = await import('./cli/program.ts');
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
  return command.run(rest, terminal);
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

const terminal = processTerminal();
try {
  process.exitCode = await main(process.argv.slice(2), terminal);
} catch (error) {
  if (error instanceof UsageError) {
    terminal.complain(error.message);
    process.exitCode = EXIT.usage;
  } else {
    const { code, message, detail } = failureOf(error);
    terminal.complain(detail === undefined ? message : `${message} (${detail})`);
    process.exitCode = code === 'bad-request' ? EXIT.usage : EXIT.someFailed;
  }
}
