/** Lead names under which a reader can ask for one lead: two leads II become `II` and `II (2)`. */
import type { ImportNote } from '../contract/domain.ts';

/** As many as `names`, in their order, no two alike; each change is noted. */
export function distinctNames(names: readonly string[], notes: ImportNote[]): readonly string[] {
  const taken = new Set(names);
  const seen = new Map<string, number>();
  return names.map((name) => {
    let times = (seen.get(name) ?? 0) + 1;
    // The file may itself call a lead `II (2)`.
    while (times > 1 && taken.has(`${name} (${times})`)) times++;
    seen.set(name, times);
    if (times === 1) return name;
    const own = `${name} (${times})`;
    taken.add(own);
    notes.push({
      kind: 'repaired',
      code: 'duplicate-lead',
      message: `The file holds more than one lead called "${name}"; this one is shown as "${own}".`,
    });
    return own;
  });
}

/** The same leads under such names. */
export function withOwnNames<Named extends { readonly name: string }>(
  leads: readonly Named[],
  notes: ImportNote[],
): Named[] {
  const names = distinctNames(
    leads.map(({ name }) => name),
    notes,
  );
  return leads.map((lead, i) => ({ ...lead, name: names[i] ?? lead.name }));
}
