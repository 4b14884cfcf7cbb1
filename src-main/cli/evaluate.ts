import { READINGS } from '../contract/domain.ts';
import {
  numberIn,
  oneOf,
  onlyArgument,
  readArguments,
  UsageError,
  wholeNumberIn,
  type Command,
} from './command.ts';

const FORMATS = ['text', 'json', 'html'] as const;
const MOST_RECORDINGS = 1_000_000;
const MOST_JOBS = 64;

export const evaluate: Command = {
  name: 'evaluate',
  summary: 'score the model on a labelled set: F1, confusion, calibration',
  usage: ['<dataset> [options]'],
  options: [
    [
      '--reading cinc|rhythm',
      'score under this reading only; default: both, the one that fits whole',
    ],
    ['--prevalence P', 'share of AF where the model would be used, for its PPV (default 0.05)'],
    ['--out DIR', 'write the text, JSON, HTML page with plots, and CSV tables to DIR'],
    ['--format text|json|html', 'what goes to stdout (default text)'],
    ['--lead NAME|all', 'which lead; default: II, then I or ECG, then the cleanest'],
    ['--limit N', 'at most N recordings, spread evenly over the set'],
    ['--jobs N', 'processes, each on one core (default 2)'],
    ['--model NAME|FILE', 'another model than the program’s own: see Settings, or its file'],
  ],
  remarks: [
    'A dataset is a CinC 2017 folder (REFERENCE-v3.csv), a PTB-XL rhythm folder (labels.csv), a folder of WFDB records with rhythm annotations (.atr), a CACHET-CADB HDF5 file, or Unisens folders with annotation.csv.',
    'Reading cinc counts sinus rhythm with ectopic beats as other, reading rhythm as normal. Sinus rhythm below 50 or above 100/min counts as other in CinC 2017, and so for the model.',
    'Of both readings the text and the page show whole the one that the labels of the set fit, and the other in short; the JSON has both.',
    'Intervals are 95 %, from a bootstrap over patients, or over recordings where the set states no patients; exact where fewer than 3 err or are right; not told where fewer than 5 have the class, unless none errs or none is right. The output says whether the model learned from the set; then its figures are no external result.',
    'With --out, DIR holds evaluation.txt, evaluation.json, evaluation.html, recordings.csv and patients.csv. Exit status 1: some recordings could not be read, the rest was scored.',
  ],
  examples: [
    '/data/cinc2017 --out cinc-evaluation',
    'cachet-cadb_short_format_without_context.hdf5 --reading rhythm --out cachet',
    '/data/mitdb --lead MLII --prevalence 0.02',
    '/data/cinc2017 --limit 200 --format json',
  ],
  async run(args, terminal, spawn) {
    const { values, positionals } = readArguments(evaluate, args, {
      reading: { type: 'string' },
      prevalence: { type: 'string', default: '0.05' },
      out: { type: 'string' },
      format: { type: 'string', default: 'text' },
      lead: { type: 'string' },
      limit: { type: 'string' },
      jobs: { type: 'string', default: '2' },
      model: { type: 'string' },
    });
    if (values.out === '') throw new UsageError('--out is a folder.');
    const request = {
      path: onlyArgument(evaluate, positionals, 'labelled set'),
      readings:
        values.reading === undefined ? READINGS : [oneOf('reading', values.reading, READINGS)],
      prevalence: prevalenceOf(values.prevalence),
      out: values.out ?? null,
      format: oneOf('format', values.format, FORMATS),
      leads: leadChoice(values.lead),
      limit:
        values.limit === undefined
          ? Infinity
          : wholeNumberIn('limit', values.limit, { least: 1, most: MOST_RECORDINGS }),
      jobs: wholeNumberIn('jobs', values.jobs, { least: 1, most: MOST_JOBS }),
      model: values.model,
    };
    const { evaluateRun } = await import('./evaluate-run.ts');
    return evaluateRun(request, terminal, spawn);
  },
};

/** 0 and 1 leave nothing to tell apart. */
function prevalenceOf(text: string): number {
  const prevalence = numberIn('prevalence', text, { least: 0, most: 1 });
  if (prevalence > 0 && prevalence < 1) return prevalence;
  throw new UsageError('--prevalence is a share between 0 and 1, such as 0.05.');
}

function leadChoice(lead: string | undefined) {
  if (lead === undefined) return { kind: 'auto' as const };
  if (lead === '') throw new UsageError("--lead is a lead's name, such as II, or all.");
  return lead === 'all' ? { kind: 'all' as const } : { kind: 'named' as const, name: lead };
}
