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
  /** Its width in a window that is not `WIDE`. */
  readonly narrow?: number;
  /** Folded away under this window width, px. */
  readonly from?: number;
}

/** A window that has room for everything but the analysable time, px. */
const WIDE = 1440;
/** Under these the start, and then the patient as well, are for the side pane alone, px. */
const START_FROM = 1280;
const PATIENT_FROM = 1140;

const OF_ANALYSABLE =
  'Of analysable time: neither noise nor missing signal. Uncertain windows count by their leading class.';

export const COLUMNS: readonly Column[] = [
  { key: 'status', title: 'Status', width: 142, align: 'left' },
  { key: 'name', title: 'Recording', width: 208, narrow: 180, align: 'left' },
  { key: 'patient', title: 'Patient', width: 88, align: 'left', from: PATIENT_FROM },
  { key: 'start', title: 'Start', width: 137, align: 'left', from: START_FROM },
  { key: 'duration', title: 'Duration', width: 100, align: 'right' },
  { key: 'leads', title: 'Leads', width: 108, align: 'left', from: WIDE },
  { key: 'rhythm', title: 'Rhythm over time', width: 'flex', align: 'left' },
  { key: 'af', title: 'AF', width: 66, align: 'right', hint: OF_ANALYSABLE },
  { key: 'other', title: 'Other', width: 66, align: 'right', hint: OF_ANALYSABLE },
  {
    key: 'uncertain',
    title: 'Uncertain',
    width: 80,
    align: 'right',
    hint: 'Of analysable time: windows in which no class reaches the threshold.',
  },
  {
    key: 'analysable',
    title: 'Analysable',
    width: 110,
    align: 'right',
    from: 1600,
    hint: 'Time that is neither noise nor missing signal; what the percentages are of.',
  },
];

/** Left and right padding of a cell, px. */
export const CELL_PAD = 8;
/** Narrowest ribbon that still tells anything, px. */
const MIN_RIBBON = 120;

export function columnsAt(windowWidth: number): readonly Column[] {
  return COLUMNS.filter((column) => (column.from ?? 0) <= windowWidth).map((column) =>
    windowWidth < WIDE && column.narrow !== undefined
      ? { ...column, width: column.narrow }
      : column,
  );
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
