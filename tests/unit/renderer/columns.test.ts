import { expect, test } from 'vitest';
import { columnsAt, ribbonWidth } from '../../../src-renderer/views/worklist/columns.ts';

/** What the side pane and the scroll bar leave of the window, as measured; see `WorklistView`. */
const BESIDE_PX = [
  { windowPx: 1024, listPx: 766 },
  { windowPx: 1139, listPx: 849 },
  { windowPx: 1279, listPx: 989 },
  { windowPx: 1280, listPx: 990 },
  { windowPx: 1366, listPx: 1076 },
  { windowPx: 1440, listPx: 1126 },
];

test.each(BESIDE_PX)(
  'all columns that it shows fit a window of $windowPx px',
  ({ windowPx, listPx }) => {
    const columns = columnsAt(windowPx);
    const fixed = columns.reduce((sum, { width }) => sum + (width === 'flex' ? 0 : width), 0);
    // Narrower than this a ribbon tells nothing, and the last column would be pushed out.
    expect(listPx - fixed).toBeGreaterThanOrEqual(120);
    expect(ribbonWidth(columns, listPx)).toBe(listPx - fixed - 16);
  },
);
