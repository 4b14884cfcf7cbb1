import { failureOf } from '../contract/errors.ts';
import { interruption } from './interruption.ts';
import { EXIT, oneOf, readArguments, required, someArguments, type Command } from './command.ts';
import type { Terminal } from './terminal.ts';

const TARGETS = ['wfdb', 'edf', 'bdf', 'csv', 'json'] as const;

/** `export` and `convert` are two names of one command: scripts may use either. */
export const exportCommand = conversion(
  'export',
  'write recordings as WFDB, EDF+, BDF+, CSV or JSON',
);
export const convert = conversion('convert', 'the same as export');

function conversion(name: string, summary: string): Command {
  const command: Command = {
    name,
    summary,
    usage: ['<file|folder>... --to wfdb|edf|bdf|csv|json --out DIR'],
    options: [
      [
        '--to FORMAT',
        'wfdb, edf (EDF+, 16 bits), bdf (BDF+, 24 bits), csv or json (decimals in their unit)',
      ],
      ['--out DIR', 'folder for the files; it is made where it is not there'],
    ],
    remarks: [
      'Annotations come along. Integers are kept as they are stored; decimals are rounded to a step that is said. What the format cannot hold is listed on stderr, one line each. A file that is there already is never written over.',
    ],
    examples: ['100.hea --to edf --out converted', 'ward/*.dcm --to wfdb --out ward-wfdb'],
    run: (args, terminal) => run(command, args, terminal),
  };
  return command;
}

async function run(command: Command, args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readArguments(command, args, {
    to: { type: 'string' },
    out: { type: 'string' },
  });
  const paths = someArguments(command, positionals);
  const target = oneOf('to', required(command, 'to', values.to), TARGETS);
  const folder = required(command, 'out', values.out);
  const [{ recordingInputs }, { refuseUnwritableFolder }, { openRecording }, { convertRecording }] =
    await Promise.all([
      import('./inputs.ts'),
      import('./output.ts'),
      import('../formats/index.ts'),
      import('../services/convert.ts'),
    ]);
  const inputs = await recordingInputs(paths);
  let failed = inputs.length === 0 ? 1 : 0;
  let written = 0;
  if (failed > 0) terminal.complain(`No recordings were found in ${paths.join(', ')}.`);
  else await refuseUnwritableFolder(folder);
  const stopping = interruption();
  for (const [index, input] of inputs.entries()) {
    terminal.progress(() => `${index + 1} of ${inputs.length}: ${input.name}`);
    try {
      if (input.kind === 'unreadable') throw new Error(input.reason);
      const reader = await openRecording(input.path, { part: input.part });
      try {
        const { files, losses } = await convertRecording(reader, {
          name: input.name,
          target,
          folder,
          signal: stopping.signal,
        });
        written++;
        terminal.clearProgress();
        terminal.print(`${files.join(' ')}\n`);
        for (const { message } of losses) terminal.complain(`${input.path}: ${message}`);
      } finally {
        await reader.close();
      }
    } catch (error) {
      failed++;
      if (stopping.signal.aborted) break;
      const message = input.kind === 'unreadable' ? input.reason : failureOf(error).message;
      terminal.complain(`${input.path}: ${message}`);
    }
  }
  stopping.end();
  if (stopping.signal.aborted) {
    terminal.complain(`Stopped, with ${written} of ${inputs.length} recordings written.`);
    return EXIT.someFailed;
  }
  return failed > 0 ? EXIT.someFailed : EXIT.done;
}
