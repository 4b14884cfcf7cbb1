import { READINGS } from '../contract/domain.ts';
import {
  oneOf,
  readArguments,
  required,
  someArguments,
  UsageError,
  wholeNumberIn,
  type Command,
} from './command.ts';

const FORMATS = ['csv', 'json', 'ndjson'] as const;
const SUBJECTS = ['window', 'recording'] as const;

/** Sessions beyond this gain nothing on any machine there is. */
const MOST_JOBS = 64;

export const classify: Command = {
  name: 'classify',
  summary: 'label recordings: Normal, AF, Other or Noise for every 10 s',
  usage: ['<file|folder>... --out FILE [options]'],
  options: [
    ['--out FILE', 'the labels; FILE.about.json beside it tells how they were made'],
    ['--per window|recording', 'one row for each 10-s window (default) or each recording'],
    ['--format csv|json|ndjson', 'default: by the ending of FILE, otherwise csv'],
    ['--lead NAME|all', 'which lead; default: II, then I or ECG, then the cleanest'],
    ['--reading cinc|rhythm', 'sinus rhythm with ectopic beats is other (cinc, default) or normal'],
    ['--model NAME|FILE', 'another model than the program’s own: see Settings, or its file'],
    ['--jobs N', 'processes, each on one core (default 2)'],
    ['--shard I/N', 'only every Nth recording, from the Ith: a run over N machines'],
    ['--resume', 'go on with an interrupted run, from FILE.journal'],
  ],
  remarks: [
    'Labels are normal, af, other, noise. p_other includes p_ectopy, the part that is sinus rhythm with ectopic beats. An empty value was not assessed.',
    'Sinus rhythm below 50 or above 100/min counts as other in CinC 2017, which the model learned from, and so for the model, whatever the reading.',
    'The label of a recording: the program’s own model has a head for it (recordingHead, models/MANIFEST.md), which reads up to six windows together and says what shows anywhere in them: under the cinc reading, premature beats in one window make a recording other. A longer recording is read in even parts and gets the largest mean probability over them. With a model that has no such head, it is the largest mean probability over the windows. Parts, or windows, that are noise count only where all are; missing signal never counts.',
    'A model that judges windows in context (models/MANIFEST.md) judges a window together with the ones before and behind it for its own row; for a recording each window counts by itself. With --lead all, windows have a row for each lead; for a recording the leads that can be read are averaged in each window first.',
    'A file that cannot be read has status "failed" and its reason, and does not stop the rest.',
  ],
  examples: [
    'ward/ --out labels.csv',
    'night.edf --per window --format ndjson --out night.ndjson',
    '/data/cinc2017 --per recording --jobs 8 --out r.csv',
    '/data/cinc2017 --per recording --out r.csv --resume',
    '/data/holter --shard 1/4 --out part-1.csv',
  ],
  async run(args, terminal, spawn) {
    const { values, positionals } = readArguments(classify, args, {
      out: { type: 'string' },
      per: { type: 'string', default: 'window' },
      format: { type: 'string' },
      lead: { type: 'string' },
      reading: { type: 'string', default: 'cinc' },
      jobs: { type: 'string', default: '2' },
      shard: { type: 'string', default: '1/1' },
      resume: { type: 'boolean', default: false },
      model: { type: 'string' },
    });
    const paths = someArguments(classify, positionals);
    const out = required(classify, 'out', values.out);
    const request = {
      paths,
      out,
      per: oneOf('per', values.per, SUBJECTS),
      format: oneOf('format', values.format ?? formatOf(out), FORMATS),
      leads: leadChoice(values.lead),
      reading: oneOf('reading', values.reading, READINGS),
      jobs: wholeNumberIn('jobs', values.jobs, { least: 1, most: MOST_JOBS }),
      shard: shardOf(values.shard),
      model: values.model,
      begin: values.resume ? ('resume' as const) : ('anew' as const),
    };
    const { classifyRun } = await import('./classify-run.ts');
    return classifyRun(request, terminal, spawn);
  },
};

function formatOf(out: string): string {
  return FORMATS.find((format) => out.toLowerCase().endsWith(`.${format}`)) ?? 'csv';
}

function leadChoice(lead: string | undefined) {
  if (lead === undefined) return { kind: 'auto' as const };
  if (lead === '') throw new UsageError("--lead is a lead's name, such as II, or all.");
  return lead === 'all' ? { kind: 'all' as const } : { kind: 'named' as const, name: lead };
}

function shardOf(text: string): { readonly index: number; readonly count: number } {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  if (index >= 1 && index <= count) return { index, count };
  throw new UsageError(
    `--shard is I/N with I from 1 to N, such as 2/4, not ${JSON.stringify(text)}.`,
  );
}
