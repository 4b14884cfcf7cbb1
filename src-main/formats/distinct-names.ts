/** Lead names under which a reader can ask for one lead: two leads II become `II` and `II (2)`. */
import type { ImportNote } from '../contract/domain.ts';

/** As many as `names`, in their order; each change is noted. */
export function distinctNames(names: readonly string[], notes: ImportNote[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    if (times === 1) return name;
    const own = `${name} (${times})`;
    notes.push({
      kind: 'repaired',
      code: 'duplicate-lead',
      message: `The file holds more than one lead called "${name}"; this one is shown as "${own}".`,
    });
    return own;
  });
}
