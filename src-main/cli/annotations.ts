import type { AnnotationSet } from '../formats/reader.ts';
import { EXIT, onlyArgument, readArguments, UsageError, type Command } from './command.ts';

const COLUMNS = ['time', 'sample', 'symbol', 'subtype', 'channel', 'num', 'aux'];

export const annotations: Command = {
  name: 'annotations',
  summary: 'print the annotations that come with a recording, as CSV',
  usage: ['<file> [--annotator EXT] [--out FILE.csv]'],
  options: [
    ['--annotator EXT', 'which, where there are several: atr, qrs, EDF+ ...'],
    ['--out FILE.csv', 'default: to stdout'],
  ],
  remarks: [
    'Columns are those of rdann: time from the start, sample number, mnemonic, subtype, channel, num, auxiliary text (rhythm, comment).',
  ],
  examples: ['100.hea', '100.hea --annotator atr --out 100-atr.csv'],
  async run(args, terminal) {
    const { values, positionals } = readArguments(annotations, args, {
      annotator: { type: 'string' },
      out: { type: 'string' },
    });
    const path = onlyArgument(annotations, positionals);
    const { openNamed } = await import('./source.ts');
    const reader = await openNamed(path);
    let set: AnnotationSet;
    try {
      set = chosenSet(await reader.annotations(), values.annotator);
    } finally {
      await reader.close();
    }
    if (values.out === undefined) {
      for (const text of await tableOf(set)) terminal.print(text);
    } else {
      const { refuseUnwritable } = await import('./output.ts');
      await refuseUnwritable(values.out, [path]);
      const { writeFileAtomically } = await import('../formats/atomic-file.ts');
      await writeFileAtomically(values.out, await tableOf(set));
    }
    return EXIT.done;
  },
};

function chosenSet(sets: readonly AnnotationSet[], annotator: string | undefined): AnnotationSet {
  const names = sets.map((set) => set.annotator).join(', ');
  if (annotator !== undefined) {
    const named = sets.find((set) => set.annotator === annotator);
    if (named !== undefined) return named;
    throw new UsageError(
      `The recording has no annotator ${JSON.stringify(annotator)}. It has ${names === '' ? 'none' : names}.`,
    );
  }
  const [only, another] = sets;
  if (only === undefined) return { annotator: '', samplingHz: 1, annotations: [] };
  if (another === undefined) return only;
  throw new UsageError(
    `The recording has several annotators: choose one with --annotator (${names}).`,
  );
}

async function tableOf({ annotations, samplingHz }: AnnotationSet): Promise<string[]> {
  const { CSV_LINE_END, csvLine } = await import('../report/csv.ts');
  const lines = annotations.map((annotation) =>
    csvLine([
      clockOf(annotation.sample / samplingHz),
      annotation.sample,
      annotation.symbol,
      annotation.subtype,
      annotation.channel,
      annotation.num,
      annotation.aux,
    ]),
  );
  return [csvLine(COLUMNS), ...lines].map((line) => line + CSV_LINE_END);
}

/** `0:01.028`, `1:02:03.456`: as rdann prints the time of an annotation. */
function clockOf(seconds: number): string {
  const ms = Math.round(Math.abs(seconds) * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = `${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
  const minutes = Math.floor(ms / 60_000) % 60;
  const hours = Math.floor(ms / 3_600_000);
  const sign = seconds < 0 ? '-' : '';
  return hours > 0 ? `${sign}${hours}:${two(minutes)}:${rest}` : `${sign}${minutes}:${rest}`;
}
