import { READINGS } from '../contract/domain.ts';
import {
  EXIT,
  oneOf,
  readArguments,
  required,
  someArguments,
  UsageError,
  type Command,
} from './command.ts';
import type { VerdictReport } from '../services/dataset/labelled-set.ts';

export const dataset: Command = {
  name: 'dataset',
  summary: 'write model-ready windows of a labelled set, or of readers’ verdicts, for training',
  usage: ['<folder> --out DIR [--name NAME] [--verdicts FILE.csv [--reading cinc|rhythm]]'],
  options: [
    ['--out DIR', 'the training set: a folder that is not there yet, or is empty'],
    ['--name NAME', 'of the set, where the folder is laid out like another one'],
    ['--verdicts FILE.csv', 'readers’ verdicts on the recordings below the folder'],
    ['--reading cinc|rhythm', 'that the verdicts were given under (default cinc)'],
  ],
  remarks: [
    'Understands a CinC 2017 folder (REFERENCE-v3.csv), a PTB-XL rhythm folder (labels.csv) and WFDB records with rhythm annotations (.atr). Signals go through the same preprocessing as in the program.',
    'With --verdicts the folder may hold recordings of any kind. FILE.csv is a table as `rhythmark classify --per window` writes it, with the labels corrected by a reader: normal, af, ectopy, other or noise. Rows without a label, or with the label uncertain, are left out. Where there is a column reader, rows that nobody signed are left out too.',
  ],
  examples: [
    '/data/cinc2017 --out /tmp/train/cinc2017',
    'ward/ --verdicts corrected.csv --out /tmp/train/ward --name ward',
  ],
  async run(args, terminal) {
    const { values, positionals } = readArguments(dataset, args, {
      out: { type: 'string' },
      name: { type: 'string' },
      verdicts: { type: 'string' },
      reading: { type: 'string' },
    });
    const [folder, another] = someArguments(dataset, positionals);
    if (folder === undefined || another !== undefined) {
      throw new UsageError('dataset takes one folder. See: rhythmark dataset --help');
    }
    const out = required(dataset, 'out', values.out);
    if (values.verdicts === undefined && values.reading !== undefined) {
      throw new UsageError('--reading is how --verdicts are meant; a labelled set says it itself.');
    }
    const reading = oneOf('reading', values.reading ?? 'cinc', READINGS);
    const { refuseMissing } = await import('./source.ts');
    await refuseMissing(folder);
    if (values.verdicts !== undefined) await refuseMissing(values.verdicts);
    const { writeDataset } = await import('../services/dataset.ts');
    const { interruption } = await import('./interruption.ts');
    const stopping = interruption();
    try {
      const manifest = await writeDataset(folder, out, {
        name: values.name,
        verdicts: values.verdicts === undefined ? undefined : { file: values.verdicts, reading },
        signal: stopping.signal,
        onProgress: (done, total) => terminal.progress(() => `${done} of ${total}`),
      });
      terminal.clearProgress();
      for (const { recording, message } of manifest.failures) {
        terminal.complain(`${recording}: ${message}`);
      }
      if (manifest.verdicts) terminal.complain(verdictLine(manifest.verdicts));
      return manifest.failures.length > 0 ? EXIT.someFailed : EXIT.done;
    } finally {
      terminal.clearProgress();
      stopping.end();
    }
  },
};

function verdictLine({ used, leftOut }: VerdictReport): string {
  const { empty, uncertain, withoutReader, repeated } = leftOut;
  return (
    `${used} verdicts used. Left out: ${empty} without a label, ${uncertain} uncertain, ` +
    `${withoutReader} without a reader, ${repeated} said twice.`
  );
}
