/**
 * The library: one SQLite file in a folder of its own, with what was listed, what the model said
 * and what the program remembers. Recordings themselves stay where they are and are never written.
 */
import { closeLibraryFile, openLibraryFile } from './library-file.ts';
import { FilesLeftAlone } from './left-alone.ts';
import { ModelVerdicts } from './model-verdicts.ts';
import { Preferences } from './preferences.ts';
import { Recordings } from './recordings.ts';
import { SameContent } from './same-content.ts';
import { WatchedFolders } from './watched-folders.ts';
import { Whereabouts } from './whereabouts.ts';

export interface Library {
  readonly recordings: Recordings;
  readonly modelVerdicts: ModelVerdicts;
  readonly preferences: Preferences;
  readonly sameContent: SameContent;
  readonly leftAlone: FilesLeftAlone;
  readonly watchedFolders: WatchedFolders;
  readonly whereabouts: Whereabouts;
  /** A sentence for the user when a damaged library was set aside at opening. */
  readonly notice: string | null;
  /** All changes that `work` makes, or none; one write to the disk instead of many. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Errors: `busy`, `disk-full`, `access-denied`, `unsupported`; see library-file.ts. */
export function openLibrary(folder: string): Library {
  const { connection, notice } = openLibraryFile(folder);
  return {
    recordings: new Recordings(connection),
    modelVerdicts: new ModelVerdicts(connection),
    preferences: new Preferences(connection),
    sameContent: new SameContent(connection),
    leftAlone: new FilesLeftAlone(connection),
    watchedFolders: new WatchedFolders(connection),
    whereabouts: new Whereabouts(connection),
    notice,
    transaction: (work) => connection.transaction(work),
    close: () => {
      closeLibraryFile(connection);
    },
  };
}
