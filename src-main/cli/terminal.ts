/** Where a command writes: results to stdout, complaints and progress to stderr. */

import { EXIT } from './command.ts';

export interface Terminal {
  /** To stdout, as it is. */
  print(text: string): void;
  /** One line to stderr: what, where, what to do. Line breaks in it become spaces. */
  complain(message: string): void;
  /** Replaces the progress line, a few times a second; nothing where stderr is no terminal. */
  progress(line: () => string): void;
  /** Takes the progress line away. */
  clearProgress(): void;
}

const PROGRESS_EVERY_MS = 200;
const CLEAR_LINE = '\r\x1b[K';

export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `rhythmark annotations a.hea | head`: the reader has gone, which is its right.
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    stderr.write(`rhythmark: The output could not be written (${error.code ?? error.message}).\n`);
    process.exit(EXIT.someFailed);
  });
  // Nobody reads the complaints; the exit status still tells.
  stderr.on('error', () => undefined);
  let shownAt = -Infinity;
  let isShown = false;
  const clearProgress = () => {
    if (isShown) stderr.write(CLEAR_LINE);
    isShown = false;
  };
  return {
    print: (text) => void stdout.write(text),
    complain(message) {
      clearProgress();
      stderr.write(`rhythmark: ${printable(message)}\n`);
    },
    progress(line) {
      const now = performance.now();
      if (!stderr.isTTY || now - shownAt < PROGRESS_EVERY_MS) return;
      shownAt = now;
      isShown = true;
      stderr.write(CLEAR_LINE + printable(line()).slice(0, Math.max(20, stderr.columns - 1)));
    },
    clearProgress,
  };
}

/** On one line, and without control characters: a file's name may hold a terminal's commands. */
function printable(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '?')
    .trim();
}
