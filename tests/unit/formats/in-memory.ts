/** Opens recordings whose files exist in the memory of a test only. */
import { RhythmarkError } from '../../../src-main/contract/errors.ts';
import { bytesOf } from '../../../src-main/formats/byte-source.ts';
import type { OpenRequest, Siblings } from '../../../src-main/formats/reader.ts';

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
