/** What was dropped on a browser page, folders walked, as files with their place in the drop. */

export interface DroppedFile {
  readonly file: File;
  /** Path within what was dropped, `/` between its parts. */
  readonly path: string;
}

/** A drop of more files than this is a mistake (a whole disk), or wants the page's own chooser. */
export const MAX_DROPPED_FILES = 20_000;

export async function filesUnder(
  entries: readonly FileSystemEntry[],
): Promise<readonly DroppedFile[]> {
  const found: DroppedFile[] = [];
  const open = [...entries];
  for (let entry = open.pop(); entry; entry = open.pop()) {
    if (found.length >= MAX_DROPPED_FILES) break;
    if (isFolder(entry)) open.push(...(await childrenOf(entry)));
    else if (isFile(entry)) {
      found.push({ file: await fileOf(entry), path: entry.fullPath.replace(/^\//u, '') });
    }
  }
  return found.toSorted((a, b) => a.path.localeCompare(b.path, 'en'));
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}

/** `readEntries` answers at most 100 at a time; an empty answer is the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}
