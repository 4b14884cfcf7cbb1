import {
  EXIT,
  readArguments,
  required,
  someArguments,
  UsageError,
  type Command,
} from './command.ts';

export const dataset: Command = {
  name: 'dataset',
  summary: 'write model-ready windows of a labelled set, for training',
  usage: ['<folder> --out DIR [--name NAME]'],
  options: [
    ['--out DIR', 'the training set: a folder that is not there yet, or is empty'],
    ['--name NAME', 'of the set, where the folder is laid out like another one'],
  ],
  remarks: [
    'Understands a CinC 2017 folder (REFERENCE-v3.csv), a PTB-XL rhythm folder (labels.csv) and WFDB records with rhythm annotations (.atr). Signals go through the same preprocessing as in the program.',
  ],
  examples: ['/data/cinc2017 --out /tmp/train/cinc2017'],
  async run(args, terminal) {
    const { values, positionals } = readArguments(dataset, args, {
      out: { type: 'string' },
      name: { type: 'string' },
    });
    const [folder, another] = someArguments(dataset, positionals);
    if (folder === undefined || another !== undefined) {
      throw new UsageError('dataset takes one folder. See: rhythmark dataset --help');
    }
    const out = required(dataset, 'out', values.out);
    const { refuseMissing } = await import('./source.ts');
    await refuseMissing(folder);
    const { writeDataset } = await import('../services/dataset.ts');
    const { interruption } = await import('./interruption.ts');
    const stopping = interruption();
    try {
      const manifest = await writeDataset(folder, out, {
        name: values.name,
        signal: stopping.signal,
        onProgress: (done, total) => terminal.progress(`${done} of ${total}`),
      });
      terminal.clearProgress();
      for (const { recording, message } of manifest.failures) {
        terminal.complain(`${recording}: ${message}`);
      }
      return manifest.failures.length > 0 ? EXIT.someFailed : EXIT.done;
    } finally {
      terminal.clearProgress();
      stopping.end();
    }
  },
};
