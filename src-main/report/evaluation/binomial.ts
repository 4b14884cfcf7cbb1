/** Intervals of a share of independent trials, for where there are too few to resample. */

/** Of the standard normal distribution: 95 % lie within it. */
const Z_95 = 1.959964;

/**
 * 95 % interval of `hits` of `trials` by the score method (Wilson 1927, J Am Stat Assoc 22:209),
 * which keeps its coverage for few trials and for shares near 0 and 1 (Brown, Cai and DasGupta
 * 2001, Stat Sci 16:101). At least one trial.
 */
export function wilson(hits: number, trials: number): { low: number; high: number } {
  const share = hits / trials;
  const square = (Z_95 * Z_95) / trials;
  const middle = (share + square / 2) / (1 + square);
  const half = Math.sqrt(square * (share * (1 - share) + square / 4)) / (1 + square);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * Lower limit where every one of `trials` hit, with the chance `tail` of error: the share of which
 * `trials` hits in a row still happen so often. It is Clopper and Pearson's (1934, Biometrika
 * 26:404) for that case, known as the rule of three (Hanley and Lippman-Hand 1983, JAMA 249:1743).
 * None hit: 1 less this.
 */
export function lowestWhereAllHit(trials: number, tail: number): number {
  return tail ** (1 / trials);
}

/** The same where `missed` of them did not, fewer than all: found by halving, to the last bit or two. */
export function lowestWhereAllBut(missed: number, trials: number, tail: number): number {
  if (missed === 0) return lowestWhereAllHit(trials, tail);
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (chanceOfAtMost(missed, trials, middle) < tail) low = middle;
    else high = middle;
  }
  return low;
}

/** That at most `missed` of `trials` miss where each hits with the chance `share`. */
function chanceOfAtMost(missed: number, trials: number, share: number): number {
  let sum = 0;
  let ways = 1;
  for (let misses = 0; misses <= missed; misses++) {
    sum += ways * (1 - share) ** misses * share ** (trials - misses);
    ways *= (trials - misses) / (misses + 1);
  }
  return sum;
}
