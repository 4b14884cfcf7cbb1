/** What an export can be of: this recording, the selection, what is shown, the whole list. */
import type { RecordingId, WorklistRow } from '../../../src-main/contract/domain.ts';
import { count } from '../words.ts';

export interface ExportScope {
  readonly kind: 'this' | 'selection' | 'shown' | 'all';
  readonly label: string;
  /** Absent for the whole list. */
  readonly ids?: readonly RecordingId[];
  /** Recordings in it that have no verdicts yet, or failed. */
  readonly unfinished: number;
}

export interface ExportSituation {
  readonly openId: RecordingId | null;
  readonly selected: readonly RecordingId[];
  readonly shown: readonly RecordingId[];
  readonly rows: readonly WorklistRow[];
}

/** Scopes on offer, the likeliest first. A scope equal to a wider one is left out. */
export function exportScopes(situation: ExportSituation): readonly ExportScope[] {
  const { openId, selected, shown, rows } = situation;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const unfinished = (ids: readonly RecordingId[]): number =>
    ids.filter((id) => byId.get(id)?.status !== 'classified').length;
  const scopes: ExportScope[] = [];
  if (selected.length > 1) {
    scopes.push({
      kind: 'selection',
      label: `${count(selected.length)} selected`,
      ids: selected,
      unfinished: unfinished(selected),
    });
  }
  const one = selected.length === 1 ? selected[0] : openId;
  const row = one === undefined || one === null ? undefined : byId.get(one);
  if (row) {
    scopes.push({ kind: 'this', label: row.name, ids: [row.id], unfinished: unfinished([row.id]) });
  }
  if (shown.length > 0 && shown.length < rows.length) {
    scopes.push({
      kind: 'shown',
      label: `${count(shown.length)} shown`,
      ids: shown,
      unfinished: unfinished(shown),
    });
  }
  scopes.push({
    kind: 'all',
    label: `Whole list, ${count(rows.length)}`,
    unfinished: unfinished(rows.map(({ id }) => id)),
  });
  return scopes;
}
