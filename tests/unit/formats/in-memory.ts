/** Opens recordings whose files exist in the memory of a test only. */
import { RhythmarkError } from '../../../src-main/contract/errors.ts';
import { bytesOf } from '../../../src-main/formats/byte-source.ts';
import type {
  FormatModule,
  OpenRequest,
  RecordingReader,
  Siblings,
} from '../../../src-main/formats/reader.ts';

/** A request for the first of `files`; the others lie beside it. */
export function requestFor(files: Readonly<Record<string, string | Uint8Array>>): OpenRequest {
  const bytes = new Map(
    Object.entries(files).map(([name, content]) => [
      name,
      typeof content === 'string' ? Buffer.from(content, 'latin1') : content,
    ]),
  );
  const siblings: Siblings = {
    open(name) {
      const found = bytes.get(name);
      return found
        ? Promise.resolve(bytesOf(found))
        : Promise.reject(new RhythmarkError('not-found', `There is no ${name} beside it.`));
    },
    exists: (name) => Promise.resolve(bytes.has(name)),
  };
  const [name = ''] = bytes.keys();
  const source = bytesOf(bytes.get(name) ?? new Uint8Array(0));
  return { name, path: null, source, siblings, part: '', textChoice: null };
}

/** A file of one format that needs none beside it. */
export function openBytes(
  format: FormatModule,
  content: string | Uint8Array,
  options: Partial<Pick<OpenRequest, 'part' | 'textChoice' | 'name'>> = {},
): Promise<RecordingReader> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return format.open({ ...requestFor({ file: bytes }), ...options });
}

/** All samples of a lead in its own unit. */
export async function physical(reader: RecordingReader, lead: number): Promise<number[]> {
  const [values] = await reader.read([lead], 0, reader.header.leads[lead]?.sampleCount ?? 0);
  return [...(values ?? [])];
}

/** All samples of a lead as they are stored. */
export async function storedOf(reader: RecordingReader, lead: number): Promise<number[]> {
  const [values] = await reader.readStored([lead], 0, reader.header.leads[lead]?.sampleCount ?? 0);
  return [...(values ?? [])];
}

/** Codes of the import notes, in their order. */
export function codesOf(reader: RecordingReader): string[] {
  return reader.header.notes.map(({ code }) => code);
}
