/** Columns of the worklist, left to right, and which of them a narrow window folds away. */
import type { SortKey } from '../../state/row-order.ts';

export interface Column {
  readonly key: SortKey | 'rhythm';
  readonly title: string;
  /** A grid track: px, or `flex` for what takes the rest. */
  readonly width: number | 'flex';
  readonly align: 'left' | 'right';
  /** Explains the number; every percentage names its denominator. */
  readonly hint?: string;
  /** Its width in a window that is not `WIDE`, and in one that is `TIGHT`. */
  readonly narrow?: number;
  readonly tight?: number;
  /** Folded away under this window width, px. */
  readonly from?: number;
}

/** A window that has room for everything but the analysable time, in full widths, px. */
const WIDE = 1500;
/** Under these the leads, the start and the patient are for the side pane alone, px. */
const LEADS_FROM = 1440;
const START_FROM = 1340;
const PATIENT_FROM = 1200;
/** Under this, names get their room from the status and the ribbon, px. */
const TIGHT = 1140;

/** Only a recording that is read at once has one; see docs/decisions/007-one-verdict-a-recording.md. */
const ONE_VERDICT =
  "The model's verdict on the whole recording, read from all windows together: what it shows anywhere, not a share of windows. Only of recordings that the model reads at once, about a minute; of longer ones the shares say more.";

const OF_ANALYSABLE =
  'Of analysable time: neither noise nor missing signal. Uncertain windows count by their leading class.';

export const COLUMNS: readonly Column[] = [
  { key: 'status', title: 'Status', width: 142, narrow: 104, tight: 100, align: 'left' },
  { key: 'name', title: 'Recording', width: 208, narrow: 188, tight: 180, align: 'left' },
  { key: 'patient', title: 'Patient', width: 88, align: 'left', from: PATIENT_FROM },
  { key: 'start', title: 'Start', width: 137, align: 'left', from: START_FROM },
  { key: 'duration', title: 'Duration', width: 100, align: 'right' },
  { key: 'leads', title: 'Leads', width: 108, align: 'left', from: LEADS_FROM },
  { key: 'rhythm', title: 'Rhythm', width: 'flex', align: 'left', hint: 'From start to end' },
  { key: 'verdict', title: 'Verdict', width: 68, align: 'left', hint: ONE_VERDICT },
  { key: 'af', title: 'AF', width: 66, align: 'right', hint: OF_ANALYSABLE },
  { key: 'other', title: 'Other', width: 66, align: 'right', hint: OF_ANALYSABLE },
  {
    key: 'uncertain',
    title: 'Uncertain',
    width: 80,
    align: 'right',
    hint: 'Windows in which no class reaches the threshold, of all time with a signal: they may be noise as well.',
  },
  {
    key: 'analysable',
    title: 'Analysable',
    width: 110,
    align: 'right',
    from: 1620,
    hint: 'Time that is neither noise nor missing signal: what the shares of AF and Other are of.',
  },
];

/** Left and right padding of a cell, px. */
export const CELL_PAD = 8;
/** Narrowest ribbon that still tells anything, px. */
const MIN_RIBBON = 104;

export function columnsAt(windowWidth: number): readonly Column[] {
  return COLUMNS.filter((column) => (column.from ?? 0) <= windowWidth).map((column) => ({
    ...column,
    width: widthAt(column, windowWidth),
  }));
}

function widthAt({ width, narrow, tight }: Column, windowWidth: number): Column['width'] {
  if (windowWidth >= WIDE) return width;
  return (windowWidth < TIGHT ? tight : undefined) ?? narrow ?? width;
}

/** `grid-template-columns` for a header and its rows. */
export function gridTemplate(columns: readonly Column[]): string {
  return columns
    .map(({ width }) => (width === 'flex' ? `minmax(${MIN_RIBBON}px, 1fr)` : `${width}px`))
    .join(' ');
}

/** Px that the ribbon has in a list of `listWidth` px. */
export function ribbonWidth(columns: readonly Column[], listWidth: number): number {
  const fixed = columns.reduce((sum, { width }) => sum + (width === 'flex' ? 0 : width), 0);
  return Math.max(MIN_RIBBON, listWidth - fixed) - 2 * CELL_PAD;
}
