/** What a command of the command line is, and how its arguments are read. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { SpawnProcess } from '../rhythm/port.ts';
import type { Terminal } from './terminal.ts';

/** Stable: other people's scripts depend on them. */
export const EXIT = { done: 0, someFailed: 1, usage: 2 } as const;

/** Wrong usage: says what is wrong and what is right; exit status 2, nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** After the program's name, one line each. */
  readonly usage: readonly string[];
  readonly options: readonly (readonly [option: string, meaning: string])[];
  /** What has to be known and is not obvious, paragraphs. */
  readonly remarks: readonly string[];
  /** Arguments; one that begins with `# ` is a line of its own. */
  readonly examples: readonly string[];
  /**
   * Answers the exit status. Throws UsageError, or RhythmarkError when the whole of it failed.
   * `spawn` starts an analysis process in the way of the program that the command runs in.
   */
  run(args: readonly string[], terminal: Terminal, spawn: SpawnProcess): Promise<number>;
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Options and plain arguments. Throws UsageError in the command's own words. */
export function readArguments<T extends Options>(
  command: Pick<Command, 'name'>,
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const dashed = /^Option '(--[\w-]+)' argument is ambiguous/.exec(message)?.[1];
    const reason =
      dashed === undefined
        ? message.split(/\.(?:\s|$)/)[0]
        : `${dashed} has no value; one that begins with a dash is written ${dashed}=VALUE`;
    throw new UsageError(`${reason}. See: rhythmark ${command.name} --help`);
  }
}

/** The value when it is one of those allowed. */
export function oneOf<const T extends string>(
  option: string,
  value: string,
  allowed: readonly T[],
): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new UsageError(
    `--${option} is one of ${allowed.join(', ')}, not ${JSON.stringify(value)}.`,
  );
}

/** A plain decimal number within bounds. */
export function numberIn(
  option: string,
  value: string,
  bounds: { readonly least: number; readonly most: number },
): number {
  const number = Number(value);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(value) || number < bounds.least || number > bounds.most) {
    throw new UsageError(
      `--${option} is a number from ${bounds.least} to ${bounds.most}, not ${JSON.stringify(value)}.`,
    );
  }
  return number;
}

export function wholeNumberIn(
  option: string,
  value: string,
  bounds: { readonly least: number; readonly most: number },
): number {
  const number = numberIn(option, value, bounds);
  if (Number.isInteger(number)) return number;
  throw new UsageError(`--${option} is a whole number, not ${JSON.stringify(value)}.`);
}

/** Exactly one of what the command takes. */
export function onlyArgument(
  command: Pick<Command, 'name'>,
  positionals: readonly string[],
  what: 'file' | 'labelled set' = 'file',
): string {
  const [only, another] = positionals;
  if (only !== undefined && only !== '' && another === undefined) return only;
  throw new UsageError(
    `${command.name} takes one ${what}${another === undefined ? '' : `, not ${positionals.length}`}. See: rhythmark ${command.name} --help`,
  );
}

/** At least one file or folder. */
export function someArguments(
  command: Pick<Command, 'name'>,
  positionals: readonly string[],
): readonly string[] {
  if (positionals.length > 0 && positionals.every((path) => path !== '')) return positionals;
  throw new UsageError(
    `${command.name} needs at least one file or folder. See: rhythmark ${command.name} --help`,
  );
}

export function required(
  command: Pick<Command, 'name'>,
  option: string,
  value: string | undefined,
) {
  if (value !== undefined && value !== '') return value;
  throw new UsageError(`${command.name} needs --${option}. See: rhythmark ${command.name} --help`);
}
