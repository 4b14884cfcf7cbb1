/**
 * Events of a Unisens folder (`sample;type;comment`) and CACHET-CADB's own `annotation.csv`
 * (Start, End, Class), which the manifest does not list.
 */
import { RhythmarkError } from '../../contract/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { annotationOfClass } from '../cachet-classes.ts';
import { readWhole } from '../held-recording.ts';
import { LIMITS } from '../limits.ts';
import type { Annotation, AnnotationSet } from '../reader.ts';
import type { UnisensEvents } from './manifest.ts';

export async function readEvents(
  source: ByteSource,
  events: UnisensEvents,
  samplingHz: number,
): Promise<AnnotationSet> {
  const rows = await rowsOf(source, events.file, events.separator);
  const annotations = rows.flatMap((row): Annotation[] => {
    const sample = Number(row[0]);
    if (row[0] === '' || !Number.isSafeInteger(Math.round(sample))) return [];
    const aux = row
      .slice(1)
      .filter((cell) => cell !== '')
      .join(' ');
    return [{ sample: Math.round(sample), symbol: '"', subtype: 0, channel: 0, num: 0, aux }];
  });
  return {
    annotator: events.contentClass || events.file,
    samplingHz:
      events.samplingHz > 0 && events.samplingHz < Infinity ? events.samplingHz : samplingHz,
    annotations: annotations.sort((a, b) => a.sample - b.sample),
  };
}

/** Start and end in samples of the ECG, class as a code or a word. */
export async function readCachetAnnotations(
  source: ByteSource,
  samplingHz: number,
): Promise<AnnotationSet> {
  const rows = await rowsOf(source, 'annotation.csv', [',', ';', '\t']);
  const [header = []] = rows;
  const column = (name: string): number => header.findIndex((cell) => cell.toLowerCase() === name);
  const [start, end, label] = [column('start'), column('end'), column('class')];
  if (start < 0 || end < 0 || label < 0) {
    throw new RhythmarkError(
      'damaged-file',
      'annotation.csv has no columns Start, End and Class in its first line.',
    );
  }
  const annotations = rows.slice(1).flatMap((row): Annotation[] => {
    const from = Number(row[start]);
    const to = Number(row[end]);
    if (!Number.isSafeInteger(Math.round(from)) || !(to >= from)) return [];
    return [
      {
        sample: Math.round(from),
        subtype: 0,
        channel: 0,
        num: 0,
        ...annotationOfClass(row[label] ?? ''),
        durationS: (to - from) / samplingHz,
      },
    ];
  });
  annotations.sort((a, b) => a.sample - b.sample);
  return { annotator: 'annotation.csv', samplingHz, annotations };
}

async function rowsOf(
  source: ByteSource,
  name: string,
  delimiter: string | string[],
): Promise<string[][]> {
  const text = new TextDecoder('utf-8').decode(await readWhole(source, LIMITS.textBytes));
  const { parse } = await import('csv-parse/sync');
  try {
    return parse(text, {
      delimiter,
      bom: true,
      trim: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    });
  } catch (error) {
    throw new RhythmarkError(
      'damaged-file',
      `${name} is not a table of events.`,
      error instanceof Error ? error.message.slice(0, 200) : undefined,
    );
  }
}
