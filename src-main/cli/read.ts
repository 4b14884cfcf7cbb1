import {
  EXIT,
  numberIn,
  onlyArgument,
  readArguments,
  required,
  UsageError,
  type Command,
} from './command.ts';

/** Longest time on a command line, s: thirty years. */
const FAR_S = 1e9;

export const read: Command = {
  name: 'read',
  summary: 'write the samples of a recording as CSV',
  usage: ['<file> --out FILE.csv [--from S] [--to S] [--leads A,B] [--raw]'],
  options: [
    ['--out FILE.csv', 'where to; the first column is the sample number, then one for each lead'],
    ['--from S', 'begin at this second (default 0)'],
    ['--to S', 'end before this second (default: the end)'],
    ['--leads A,B', 'these leads in this order, by name (default: all)'],
    ['--raw', 'the integers as stored instead of physical units'],
  ],
  remarks: [
    'Values are those that rdsamp prints: in the unit that "info" tells (mV for voltages), to 8 decimals, empty where there is no sample; with --raw as stored, -32768 where there is no sample.',
    'One table has one sampling rate. Leads of one rate are written at that rate. Leads of several rates are written at the lowest, as rdsamp does it: of a faster lead the mean over each step (rounded towards zero with --raw). For every sample of a fast lead, ask for it by itself with --leads.',
  ],
  examples: [
    '100.hea --out 100.csv',
    '100.hea --from 10 --to 20 --leads V5,MLII --raw --out part.csv',
  ],
  async run(args, terminal) {
    const { values, positionals } = readArguments(read, args, {
      out: { type: 'string' },
      from: { type: 'string', default: '0' },
      to: { type: 'string' },
      leads: { type: 'string' },
      raw: { type: 'boolean', default: false },
    });
    const path = onlyArgument(read, positionals);
    const out = required(read, 'out', values.out);
    const fromS = numberIn('from', values.from, { least: 0, most: FAR_S });
    const toS =
      values.to === undefined ? null : numberIn('to', values.to, { least: 0, most: FAR_S });
    if (toS !== null && toS <= fromS) {
      throw new UsageError(`--to is a time after --from: later than ${fromS}, not ${toS}.`);
    }
    const { writeSampleTable } = await import('./sample-table.ts');
    await writeSampleTable(
      {
        path,
        out,
        fromS,
        toS,
        leads: values.leads?.split(',') ?? null,
        values: values.raw ? 'stored' : 'physical',
      },
      terminal,
    );
    return EXIT.done;
  },
};
