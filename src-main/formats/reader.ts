/**
 * The one interface behind which every file format lives. A format is a module with `detect` and
 * `open`; `index.ts` asks them in turn. Readers never write, never keep a whole recording in
 * memory, and say what they assumed or repaired as `ImportNote`s in the header.
 */
import type { RecordingHeader } from '../contract/domain.ts';
import type { TextChoice, TextPreview } from '../contract/text.ts';
import type { ByteSource } from './byte-source.ts';

/** A stored sample that means "no sample here" in `readStored`. Out of the range of any format. */
export const NO_SAMPLE = -2147483648;

/** A recording opened for reading. Calls may overlap; results are the caller's to keep. */
export interface RecordingReader {
  readonly header: RecordingHeader;

  /**
   * Samples [from, to) of some leads in the lead's own unit (mV where the header says mV); NaN
   * where the file has no sample, and outside [0, sampleCount). All leads asked for in one call
   * must share a sampling rate (RhythmarkError `bad-request` otherwise); one call for many leads
   * is cheaper than many calls, since most formats interleave them.
   *
   * With `into`, one array of `to - from` for each lead, the samples are put there and those arrays
   * come back: a pass through a whole recording then needs no new memory, which costs more than
   * decoding does. What is in them after an error is not said.
   *
   * Throws `damaged-file` where the file contradicts its header.
   */
  read(
    leads: readonly number[],
    from: number,
    to: number,
    into?: readonly Float32Array[],
  ): Promise<Float32Array[]>;

  /** The integers as stored, NO_SAMPLE where missing. For formats of decimals: `unsupported`. */
  readStored(leads: readonly number[], from: number, to: number): Promise<Int32Array[]>;

  /** Reference annotations that come with the recording, read-only; empty where there are none. */
  annotations(): Promise<readonly AnnotationSet[]>;

  close(): Promise<void>;
}

/** Annotations of one annotator (`atr`, `EDF+`, `unisens`), in time order. */
export interface AnnotationSet {
  readonly annotator: string;
  /** Rate that `sample` counts at; the recording's own unless the file says otherwise. */
  readonly samplingHz: number;
  readonly annotations: readonly Annotation[];
}

/** One annotation, in WFDB's terms, which the other formats are mapped to. */
export interface Annotation {
  readonly sample: number;
  /** WFDB mnemonic: `N`, `V`, `+`, `~` ... or `"` for a comment. */
  readonly symbol: string;
  readonly subtype: number;
  readonly channel: number;
  readonly num: number;
  /** Rhythm (`(AFIB`), free text; empty when there is none. */
  readonly aux: string;
  /** Length of what is annotated, for the formats that state one (EDF+, Unisens). */
  readonly durationS?: number;
}

/** What a format is given to decide whether a file is its own. */
export interface Probe {
  /** File name without folder. */
  readonly name: string;
  readonly size: number;
  /** The first 4 KiB (fewer in a shorter file). */
  readonly head: Uint8Array;
}

/** Files beside the one that is opened (a .dat beside its .hea), by name; paths that escape are refused. */
export interface Siblings {
  /** Opens a file of the same folder or below it. RhythmarkError `not-found` names the file. */
  open(name: string): Promise<ByteSource>;
  exists(name: string): Promise<boolean>;
}

export interface OpenRequest {
  readonly name: string;
  /** Where the file lies on disk, for libraries that open by path; null inside an archive. */
  readonly path: string | null;
  readonly source: ByteSource;
  readonly siblings: Siblings;
  /** Which recording of a file that holds several; '' for the first or only one. */
  readonly part: string;
  /** A person's answers about a text file, where they were given or remembered. */
  readonly textChoice: TextChoice | null;
}

/** One recording of a file; `name` is '' where it is the file's own. */
export interface RecordingPart {
  readonly part: string;
  readonly name: string;
}

export interface FormatModule {
  /** Shown to people: `WFDB`, `EDF`. */
  readonly name: string;
  /** Heading under which the empty screen lists it. */
  readonly group: 'Ambulatory' | 'Resting' | 'Research';
  /** File name endings, lower case, without dot, for dialogs and a folder's quick first look. */
  readonly endings: readonly string[];
  /** Set where one file may hold several recordings: a scan then asks `parts` of each. */
  readonly holdsSeveral?: true;
  /**
   * 0 (not ours) to 1 (certain), by content first; a name alone never gives more than 0.3.
   * Must not throw, whatever the bytes.
   */
  detect(probe: Probe): number;
  /** Recordings inside the file: one part `''` for most formats. Cheap: reads no samples. */
  parts(request: OpenRequest): Promise<readonly RecordingPart[]>;
  /**
   * Reads the header and returns a reader. On failure closes what it opened and throws
   * RhythmarkError: `damaged-file`, `not-found` (a missing sibling), `needs-choice`, `too-large`.
   */
  open(request: OpenRequest): Promise<RecordingReader>;
  /**
   * For formats that may leave something open (columns, rate, unit): what is known and open under
   * `request.textChoice`. Closes what it opened.
   */
  preview?(request: OpenRequest): Promise<TextPreview>;
  /**
   * Of the files of one folder, those that belong to another file of it (a `.dat` to its `.hea`).
   * They are not listed on their own. Reads as few heads as the names leave open.
   */
  sidecars?(folder: FolderFiles): Promise<ReadonlySet<string>>;
  /**
   * The file to open when `name` was dropped alone (`100.hea` for `100.dat`), or null where `name`
   * is no sidecar of this format. A missing owner is RhythmarkError `not-found`.
   */
  owner?(name: string, folder: FolderFiles): Promise<string | null>;
}

/** One folder as a format sees it when it sorts out which file belongs to which. */
export interface FolderFiles {
  /** File names (no folders), as they are on disk. */
  readonly names: readonly string[];
  /** The first bytes of one of them, 4 KiB unless told; empty where it cannot be read. */
  head(name: string, bytes?: number): Promise<Uint8Array>;
}
