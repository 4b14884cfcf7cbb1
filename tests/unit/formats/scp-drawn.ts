/** SCP-ECG's bimodal compression as annex C of EN 1064 defines it, apart from the reader. */

/**
 * What annex C has a reader draw, by definition: a straight line through the centre of every mean,
 * level at both ends of a stretch, then the mean of three, that leaves out the first and the last
 * sample of a segment. `ends` are the indices at which a segment begins.
 */
export function drawn(
  lead: Int32Array,
  factor: number,
  zones: readonly (readonly [number, number])[],
  ends: readonly number[] = [],
): Int32Array {
  const line = Array.from(lead);
  const isKept = (i: number): boolean => zones.some(([from, to]) => i + 1 >= from && i + 1 <= to);
  const outside: number[] = [];
  for (let begin = 0; begin < lead.length; begin++) {
    if (isKept(begin)) continue;
    let end = begin;
    while (end < lead.length && !isKept(end)) outside.push(end++);
    const means = Math.floor((end - begin) / factor);
    const meanOf = (k: number): number => {
      const block = lead.subarray(begin + k * factor, begin + (k + 1) * factor);
      return Math.round(block.reduce((sum, value) => sum + value, 0) / factor);
    };
    for (let i = 0; i < means * factor; i++) {
      const position = (i - (factor >> 1)) / factor;
      const left = Math.min(means - 1, Math.max(0, Math.floor(position)));
      const right = Math.min(means - 1, left + 1);
      const share = Math.max(0, position) - left;
      line[begin + i] = Math.round(
        meanOf(left) + Math.min(1, share) * (meanOf(right) - meanOf(left)),
      );
    }
    begin = end;
  }
  const out = Int32Array.from(line);
  for (const i of outside) {
    const isEnd = i === 0 || i === lead.length - 1 || ends.includes(i) || ends.includes(i + 1);
    if (isEnd) continue;
    out[i] = Math.round(((line[i - 1] ?? 0) + (line[i] ?? 0) + (line[i + 1] ?? 0)) / 3);
  }
  return out;
}
