import { expect, test } from 'vitest';
import { columnsAt, ribbonWidth } from '../../../src-renderer/views/worklist/columns.ts';

/** What the side pane and 10 px of scroll bar leave of the window; see `WorklistView`. */
const BESIDE_PX = [
  { windowPx: 1024, listPx: 766 },
  { windowPx: 1099, listPx: 841 },
  { windowPx: 1100, listPx: 810 },
  { windowPx: 1139, listPx: 849 },
  { windowPx: 1140, listPx: 850 },
  { windowPx: 1200, listPx: 910 },
  { windowPx: 1279, listPx: 989 },
  { windowPx: 1280, listPx: 990 },
  { windowPx: 1340, listPx: 1050 },
  { windowPx: 1366, listPx: 1076 },
  { windowPx: 1400, listPx: 1086 },
  { windowPx: 1440, listPx: 1126 },
  { windowPx: 1500, listPx: 1186 },
  { windowPx: 1620, listPx: 1306 },
];

test.each(BESIDE_PX)(
  'all columns that it shows fit a window of $windowPx px',
  ({ windowPx, listPx }) => {
    const columns = columnsAt(windowPx);
    const fixed = columns.reduce((sum, { width }) => sum + (width === 'flex' ? 0 : width), 0);
    // Narrower than this a ribbon tells nothing, and the last column would be pushed out.
    expect(listPx - fixed).toBeGreaterThanOrEqual(104);
    expect(ribbonWidth(columns, listPx)).toBe(listPx - fixed - 16);
  },
);
