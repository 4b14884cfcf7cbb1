/** One file, what its values were compared with, and how many of its leads are equal. */
import { createHash } from 'node:crypto';
import { openRecording } from '../../src-main/formats/index.ts';
import type { RecordingReader } from '../../src-main/formats/reader.ts';

export interface Comparison {
  readonly format: string;
  readonly file: string;
  readonly against: string;
  readonly leads: number;
  readonly samples: number;
  /** Leads whose every value is that of the reference. */
  readonly equal: number;
}

export async function opened<T>(
  path: string,
  use: (reader: RecordingReader) => Promise<T>,
): Promise<T> {
  const reader = await openRecording(path);
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

export async function storedOf(reader: RecordingReader, lead: number): Promise<Int32Array> {
  const [values] = await reader.readStored([lead], 0, reader.header.leads[lead]?.sampleCount ?? 0);
  return values ?? new Int32Array(0);
}

/** In the lead's unit, for formats of decimals. */
export async function physicalOf(reader: RecordingReader, lead: number): Promise<Float32Array> {
  const [values] = await reader.read([lead], 0, reader.header.leads[lead]?.sampleCount ?? 0);
  return values ?? new Float32Array(0);
}

export function hash(values: Int32Array | Float32Array): string {
  return createHash('sha256').update(values).digest('hex');
}
