/** The program's own description of itself. */
import { RESEARCH_NOTICE } from '../contract/conventions.ts';
import type { Command } from './command.ts';

const WIDTH = 78;

export function programHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'rhythmark: ECG rhythm classification on this machine. Nothing leaves it.',
    `${RESEARCH_NOTICE}.`,
    '',
    'Usage: rhythmark <command> [arguments]',
    '',
    'Commands:',
    ...commands.flatMap(({ name, summary }) => listed(name, summary, width)),
    '',
    'rhythmark <command> --help describes a command and gives examples.',
    'rhythmark --version prints the version.',
    '',
    'Exit status: 0 all done; 1 some input failed, the rest written; 2 wrong usage.',
    'Progress and errors go to stderr. Output files are written whole or not at all.',
    '',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const width = Math.max(0, ...command.options.map(([option]) => option.length));
  return [
    ...wrapped(`rhythmark ${command.name}: ${command.summary}`, WIDTH),
    '',
    'Usage:',
    ...command.usage.map((usage) => `  rhythmark ${command.name} ${usage}`),
    '',
    ...(command.options.length === 0 ? [] : ['Options:']),
    ...command.options.flatMap(([option, meaning]) => listed(option, meaning, width)),
    ...command.remarks.flatMap((remark) => ['', ...wrapped(remark, WIDTH)]),
    '',
    'Examples:',
    ...command.examples.map((example) =>
      example.startsWith('# ') ? `  ${example.slice(2)}` : `  rhythmark ${command.name} ${example}`,
    ),
    '',
  ].join('\n');
}

/** A name, `width` wide, and beside it what it means. */
function listed(name: string, meaning: string, width: number): string[] {
  return wrapped(meaning, WIDTH - width - 4).map(
    (line, index) => `  ${(index === 0 ? name : '').padEnd(width)}  ${line}`,
  );
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
