import type { PatientFields, RecordingHeader } from '../contract/domain.ts';
import { failureOf, type Failure } from '../contract/errors.ts';
import { EXIT, readArguments, someArguments, type Command } from './command.ts';
import {
  rowOfRefusal,
  rowsOfHeader,
  writeImportReport,
  type ReportRow,
} from '../report/import-report.ts';
import type { AlikeInputs } from './alike-inputs.ts';
import type { Input, LeftAlone } from './inputs.ts';
import type { Terminal } from './terminal.ts';

export const info: Command = {
  name: 'info',
  summary: 'what a recording is: format, leads, rate, length, what was assumed',
  usage: ['<file|folder>... [--json] [--report FILE]'],
  options: [
    ['--json', 'one JSON array, an object for each recording'],
    [
      '--report FILE',
      'also what was read, assumed, repaired, ignored and refused, a row a note, as .csv or .json; the codes are in docs/import-codes.md',
    ],
  ],
  remarks: [
    'Recordings that hold the same, sample for sample, are told in same_as, whatever their files are called.',
    'Of the patient only which fields are filled is told, not what they say, so that the output can go into a log.',
  ],
  examples: ['night.edf', 'ward/*.hea --json > ward.json', 'ward --report ward-import.csv'],
  async run(args, terminal) {
    const { values, positionals } = readArguments(info, args, {
      json: { type: 'boolean', default: false },
      report: { type: 'string' },
    });
    const { recordingInputs } = await import('./inputs.ts');
    const leftAlone: LeftAlone[] = [];
    const inputs = await recordingInputs(someArguments(info, positionals), undefined, (file) =>
      leftAlone.push(file),
    );
    if (values.report !== undefined) {
      const { refuseUnwritable } = await import('./output.ts');
      await refuseUnwritable(
        values.report,
        inputs.map(({ path }) => path),
      );
    }
    const rows: ReportRow[] = [];
    const { AlikeInputs } = await import('./alike-inputs.ts');
    const alike = new AlikeInputs();
    let failed = 0;
    let isFirst = true;
    for (const input of inputs) {
      const found = await describe(input, terminal, rows, alike);
      if (found.status === 'failed') failed += 1;
      if (values.json) terminal.print(`${isFirst ? '[\n' : ',\n'}${JSON.stringify(found)}`);
      else if (found.status === 'read')
        terminal.print(`${isFirst ? '' : '\n'}${asText(found, placeOf(input))}`);
      isFirst = false;
    }
    if (values.json) terminal.print(isFirst ? '[]\n' : '\n]\n');
    if (values.report !== undefined) {
      const { leftAloneNote } = await import('../formats/batch-notes.ts');
      for (const { name, path, reason } of leftAlone) {
        rows.push({ recording: name, path, ...leftAloneNote(reason) });
      }
      await writeImportReport(values.report, rows);
    }
    if (inputs.length === 0)
      terminal.complain(`No recordings were found in ${positionals.join(', ')}.`);
    return failed > 0 || inputs.length === 0 ? EXIT.someFailed : EXIT.done;
  },
};

type Description =
  | {
      readonly recording: string;
      readonly path: string;
      readonly status: 'read';
      readonly format: string;
      readonly synthetic: boolean;
      readonly start: string | null;
      readonly duration_s: number;
      readonly device: string | null;
      readonly patient_fields: readonly (keyof PatientFields)[];
      readonly leads: readonly {
        readonly name: string;
        readonly unit: string;
        readonly calibrated: boolean;
        readonly sampling_hz: number;
        readonly samples: number;
      }[];
      readonly notes: RecordingHeader['notes'];
      /** The earlier input that holds the same, by content: see `placeOf`. */
      readonly same_as: string | null;
    }
  | {
      readonly recording: string;
      readonly path: string;
      readonly status: 'failed';
      readonly error: string;
      /** One of the error codes of docs/import-codes.md. */
      readonly code: string;
    };

/** Adds to `rows` what an import report says of the input. */
async function describe(
  input: Input,
  terminal: Terminal,
  rows: ReportRow[],
  alike: AlikeInputs,
): Promise<Description> {
  const { name: recording, path } = input;
  const failed = (failure: Failure): Description => {
    rows.push(rowOfRefusal(recording, path, failure));
    terminal.complain(`${placeOf(input)}: ${failure.message}`);
    return { recording, path, status: 'failed', error: failure.message, code: failure.code };
  };
  if (input.kind === 'unreadable') {
    return failed({ code: input.code, message: input.reason });
  }
  try {
    const { openRecording } = await import('../formats/index.ts');
    const { sameContentNote } = await import('../formats/batch-notes.ts');
    const reader = await openRecording(path, { part: input.part });
    let same: string | null;
    try {
      const earlier = await alike.sameAs(input, reader);
      same = earlier && placeOf(earlier);
    } finally {
      await reader.close();
    }
    const notes = same === null ? [] : [sameContentNote(same)];
    const header = { ...reader.header, notes: [...reader.header.notes, ...notes] };
    rows.push(...rowsOfHeader(recording, path, header));
    return {
      recording,
      path,
      status: 'read',
      format: header.format,
      synthetic: header.synthetic,
      start: header.start,
      duration_s: Number(header.durationS.toFixed(3)),
      device: header.device,
      patient_fields: filledFields(header.patient),
      leads: header.leads.map((lead) => ({
        name: lead.name,
        unit: lead.unit,
        calibrated: lead.calibrated,
        sampling_hz: Number(lead.samplingHz.toFixed(6)),
        samples: lead.sampleCount,
      })),
      notes: header.notes,
      same_as: same,
    };
  } catch (error) {
    return failed(failureOf(error));
  }
}

/** An input's path; of one of several in a file with its name, since the path is that of them all. */
function placeOf(input: Input): string {
  const isPart = input.kind === 'recording' && input.part !== '';
  return isPart ? `${input.path}, ${input.name}` : input.path;
}

function filledFields(patient: PatientFields): (keyof PatientFields)[] {
  const fields = ['id', 'name', 'birthDate', 'sex', 'age'] as const;
  return fields.filter((field) => patient[field] !== null);
}

function asText(found: Extract<Description, { status: 'read' }>, place: string): string {
  const lines = [
    place,
    `  format    ${found.format}${found.synthetic ? ', synthetic' : ''}`,
    `  start     ${found.start ?? 'not stated'}`,
    `  duration  ${found.duration_s} s`,
    `  device    ${found.device ?? 'not stated'}`,
    `  patient   ${found.patient_fields.length === 0 ? 'no fields' : `has ${found.patient_fields.join(', ')}`}`,
    ...found.leads.map(
      (lead) =>
        `  lead      ${lead.name}: ${lead.samples.toLocaleString('en')} samples at ${lead.sampling_hz} Hz, ${lead.calibrated ? lead.unit : 'uncalibrated'}`,
    ),
    ...found.notes
      .filter(({ kind, code }) => kind !== 'read' || code === 'same-content')
      .map(({ kind, message }) => `  ${kind.padEnd(9)} ${message}`),
  ];
  return `${lines.map((line) => line.replace(/\p{Cc}/gu, '?')).join('\n')}\n`;
}
