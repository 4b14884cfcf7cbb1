/** The program itself: what it is, and how a person has set it. */
import type { DisplayFilters, Reading } from './domain.ts';
import type { ModelCard } from './model-card.ts';

export interface About {
  readonly version: string;
  readonly notice: string;
  readonly host: 'electron' | 'loopback';
  readonly model: ModelCard | null;
  /** For example `CPU, 2 processes`; null until a session was up. */
  readonly provider: string | null;
  readonly modelFailure: string | null;
  /** Why another model than the chosen one is in use; null when the chosen one is. */
  readonly modelNotice: string | null;
  /** What happened to the library at opening (a damaged one was set aside); null when nothing did. */
  readonly libraryNotice: string | null;
  readonly formats: readonly { readonly group: string; readonly names: string }[];
}

export interface Settings {
  readonly theme: 'system' | 'light' | 'dark' | 'paper';
  readonly speedMmPerS: number;
  readonly gainMmPerMv: number;
  readonly filters: DisplayFilters;
  /** Null until the user has held a card to the screen. */
  readonly pxPerMm: number | null;
  readonly reader: string;
  readonly reading: Reading;
  readonly strongGrid: boolean;
  /** Whether folders that were opened stay watched for recordings that arrive. */
  readonly watchFolders: boolean;
  /** Whether the paper shows, below the leads, what the selected window's verdict is the mean of. */
  readonly activation: boolean;
}
