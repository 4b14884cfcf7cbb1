/**
 * Archives of recordings in any other format, opened in place: every recording is a part, named by
 * its path in the archive. Archives within archives are not looked into.
 */
import { posix } from 'node:path';
import type { TextPreview } from '../../contract/text.ts';
import { RhythmarkError } from '../../contract/errors.ts';
import type { FolderFiles, FormatModule, OpenRequest, RecordingReader } from '../reader.ts';
import { endingOf } from '../ending.ts';
import { membersOf } from './cached-directory.ts';
import type { MemberList } from './directory.ts';
import { OpenMembers } from './members.ts';
import { isOfficeDocument } from './office.ts';

const PROBE_BYTES = 4096;
/** As for a scan of folders. */
const LEAST_SCORE = 0.2;
/** Programs and documents that are ZIP archives under another ending. */
const NOT_ARCHIVES = /^(?:docx|xlsx|pptx|od[tsp]|epub|jar|apk|whl|npz|kmz)$/;

export const zip: FormatModule = {
  name: 'ZIP of recordings',
  group: 'Research',
  endings: ['zip'],
  holdsSeveral: true,
  detect({ name, head }) {
    const isZip = head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
    return isZip && !isOfficeDocument(head) && !NOT_ARCHIVES.test(endingOf(name)) ? 0.8 : 0;
  },
  async parts({ source, path }) {
    const members = await membersOf(source, path);
    const found = await recordingsIn(new OpenMembers(source, members), members);
    if (found.length === 0) throw noRecording();
    return found.map((part) => ({ part, name: posix.basename(part, posix.extname(part)) }));
  },
  async open(request): Promise<RecordingReader> {
    try {
      const { format, inner } = await innerRequest(request);
      const reader = await format.open(inner);
      const close = async () => {
        await reader.close();
        await request.source.close();
      };
      return { ...bound(reader), close };
    } catch (error) {
      await request.source.close();
      throw error;
    }
  },
  async preview(request): Promise<TextPreview> {
    try {
      const { format, inner } = await innerRequest(request);
      if (format.preview) return await format.preview(inner);
      throw new RhythmarkError('unsupported', `${format.name} files leave nothing to choose.`);
    } finally {
      await request.source.close();
    }
  },
};

/** Readers may be objects or classes: their methods keep their object. */
function bound(reader: RecordingReader): Omit<RecordingReader, 'close'> {
  return {
    header: reader.header,
    read: (leads, from, to, into) => reader.read(leads, from, to, into),
    readStored: (leads, from, to) => reader.readStored(leads, from, to),
    annotations: () => reader.annotations(),
  };
}

function noRecording(): RhythmarkError {
  return new RhythmarkError('not-a-recording', 'There is no recording in this archive.');
}

/** The format of a member and the request to open it with. */
async function innerRequest(
  request: OpenRequest,
): Promise<{ format: FormatModule; inner: OpenRequest }> {
  const members = await membersOf(request.source, request.path);
  const open = new OpenMembers(request.source, members);
  const part = request.part === '' ? (await recordingsIn(open, members))[0] : request.part;
  if (part === undefined) throw noRecording();
  const source = await open.open(part);
  const head = (await source.read(0, PROBE_BYTES)).slice();
  const format = await formatOf({ name: posix.basename(part), size: source.size, head });
  if (format === null) throw noRecording();
  const inner: OpenRequest = {
    ...{ name: posix.basename(part), path: null, source, siblings: open.beside(part), part: '' },
    textChoice: request.textChoice,
  };
  return { format, inner };
}

/** Paths of the recordings, folder by folder, sidecars left out, in the order of their names. */
async function recordingsIn(open: OpenMembers, members: MemberList): Promise<string[]> {
  const folders = new Map<string, string[]>();
  for (const { name } of members.all) {
    if (/(?:^|\/)(?:\.|__MACOSX\/)/.test(name) || name.split('/').includes('..')) continue;
    const folder = posix.dirname(name);
    const names = folders.get(folder) ?? [];
    names.push(posix.basename(name));
    folders.set(folder, names);
  }
  const found: string[] = [];
  for (const [folder, names] of [...folders].sort(([a], [b]) => byName.compare(a, b))) {
    const path = (name: string) => (folder === '.' ? name : `${folder}/${name}`);
    const files: FolderFiles = {
      names,
      head: (name, bytes = PROBE_BYTES) => open.head(path(name), bytes),
    };
    const sidecars = await sidecarsIn(files);
    for (const name of names.filter((one) => !sidecars.has(one)).sort(byName.compare))
      if (await isRecording(open, path(name), members.find(path(name))?.bytes ?? 0))
        found.push(path(name));
  }
  return found;
}

const byName = new Intl.Collator('en', { numeric: true });

/** By its name where one format alone has its ending, by its first bytes otherwise. */
async function isRecording(open: OpenMembers, path: string, size: number): Promise<boolean> {
  const { FORMATS } = await registry();
  const ending = endingOf(path);
  const [only, another] = FORMATS.filter(({ endings }) => endings.includes(ending));
  if (size === 0 || only?.name === zip.name) return false;
  if (only !== undefined && another === undefined && !SHARED.test(ending)) return true;
  const head = await open.head(path, PROBE_BYTES);
  return (await formatOf({ name: posix.basename(path), size, head })) !== null;
}

/** Endings that anything may have. */
const SHARED = /^(?:dat|txt|csv|tsv|xml|mat|bin|json|rec|asc|text|ascii|raw|ecg)?$/;

async function sidecarsIn(files: FolderFiles): Promise<ReadonlySet<string>> {
  const { FORMATS } = await registry();
  const sidecars = new Set<string>();
  for (const format of FORMATS)
    for (const name of (await format.sidecars?.(files)) ?? []) sidecars.add(name);
  return sidecars;
}

async function formatOf(probe: {
  name: string;
  size: number;
  head: Uint8Array;
}): Promise<FormatModule | null> {
  const { FORMATS } = await registry();
  let best: FormatModule | null = null;
  let bestScore = LEAST_SCORE;
  for (const format of FORMATS) {
    if (format.name === zip.name) continue;
    const score = format.detect(probe);
    if (score > bestScore) [best, bestScore] = [format, score];
  }
  return best;
}

/** Loaded when it is asked for: the registry lists this format too. */
function registry() {
  return import('../registry.ts');
}
