/** Files and folders as the page may see them: by name, with a token in place of the path. */

/** A folder that was opened and is watched for arrivals. */
export interface WatchedFolderRow {
  readonly token: string;
  readonly name: string;
  /** `polled`: looked at now and then, where the system gives no notice. `off`: by the settings. */
  readonly state: 'watching' | 'polled' | 'away' | 'denied' | 'off';
}

/** A place in the file system as the page may see it: its name, and a token for its path. */
export interface FileEntry {
  /** Opaque; good until the program ends. */
  readonly token: string;
  readonly name: string;
  readonly kind: 'folder' | 'file';
  readonly sizeBytes: number | null;
  readonly modified: string | null;
}

export interface FolderListing {
  readonly token: string;
  readonly name: string;
  /** As a person would type it, with the separator at its end; empty for the list of drives. */
  readonly path: string;
  readonly parents: readonly FileEntry[];
  readonly entries: readonly FileEntry[];
}

/** What a typed path names, and how it can go on. */
export interface TypedPath {
  /** The file or folder that it names as it stands. */
  readonly entry: FileEntry | null;
  /** What its last part is the beginning of, each with the whole text that it makes of the path. */
  readonly completions: readonly { readonly entry: FileEntry; readonly text: string }[];
  /** Completions beyond those that are listed. */
  readonly more: number;
  /** The text as far as all completions agree. */
  readonly completed: string;
}
