/** MATLAB files of level 4 and 5; level 7.3 is HDF5 and read there. */
import type { TextPreview } from '../../contract/text.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import { decideReading, previewReading } from '../arrays/reading.ts';
import { arrayRecording } from '../arrays/recording.ts';
import { couldHoldLeads, type ArrayFile, type ArrayVariable } from '../arrays/variables.ts';
import type { ByteSource } from '../byte-source.ts';
import { closingOnFailure, readWhole } from '../held-recording.ts';
import { LIMITS } from '../limits.ts';
import type { FormatModule, OpenRequest } from '../reader.ts';
import { looksLikeVersion4, readVersion4 } from './version4.ts';
import { looksLikeVersion5, readVersion5 } from './version5.ts';
import type { MatrixVariable, Variable } from './variables.ts';

export const matlab: FormatModule = {
  name: 'MATLAB',
  group: 'Research',
  endings: ['mat'],
  detect({ head, size }) {
    if (looksLikeVersion5(head)) return 0.95;
    // Level 4 has no magic number; a WFDB header beside the file settles it before this does.
    return looksLikeVersion4(head, size) ? 0.7 : 0;
  },
  parts: () => Promise.resolve([{ part: '', name: '' }]),
  open: closingOnFailure(async ({ source, textChoice }) => {
    const file = await readFile(source);
    return arrayRecording(file, await decideReading(file, textChoice));
  }),
  async preview({ source, textChoice }: OpenRequest): Promise<TextPreview> {
    try {
      return await previewReading(await readFile(source), textChoice);
    } finally {
      await source.close();
    }
  },
};

async function readFile(source: ByteSource): Promise<ArrayFile> {
  const bytes = await readWhole(source, LIMITS.wholeFileBytes);
  const five = looksLikeVersion5(bytes);
  if (!five && !looksLikeVersion4(bytes, bytes.length)) {
    throw new RhythmarkError('not-a-recording', 'This file does not begin like a MATLAB file.');
  }
  const found = five ? readVersion5(bytes) : readVersion4(bytes);
  return {
    format: five ? 'MATLAB 5' : 'MATLAB 4',
    variables: matricesOf(found).map(arrayOf).filter(couldHoldLeads),
    scalars: new Map(
      matricesOf(found).flatMap(({ name, values }): [string, number][] => {
        return values.length === 1 ? [[name, values.at(0)]] : [];
      }),
    ),
    leftOut: found.flatMap((one) => (one.kind === 'other' ? [`${one.name} (${one.what})`] : [])),
    texts: new Map(
      found.flatMap((one): [string, string][] =>
        one.kind === 'text' ? [[one.name, one.text]] : [],
      ),
    ),
    close: () => source.close(),
  };
}

function matricesOf(variables: readonly Variable[]): MatrixVariable[] {
  return variables.filter((variable) => variable.kind === 'matrix');
}

/** Column-major: with samples along the rows a channel is contiguous, else it is strided. */
function arrayOf({ name, rows, columns, values }: MatrixVariable): ArrayVariable {
  const byRows = rows >= columns;
  return {
    name,
    channels: byRows ? columns : rows,
    samples: byRows ? rows : columns,
    get integers() {
      return values.integers;
    },
    read(channel, from, to) {
      const step = byRows ? 1 : rows;
      let at = byRows ? channel * rows + from : channel + from * rows;
      const out = new Float64Array(to - from);
      for (let i = 0; i < out.length; i++, at += step) out[i] = values.at(at);
      return Promise.resolve(out);
    },
  };
}
