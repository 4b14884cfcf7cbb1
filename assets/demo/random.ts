/** Chance that comes out the same every time: everything here follows from its seed. */

export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Normal with mean 0 and deviation 1. */
  normal(): number;
}

/** sfc32 (C. Doty-Humphrey's small fast counter), started from a word. */
export function randomOf(seed: string): Random {
  let a = hashOf(0x9e3779b9, seed.length);
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let counter = 1;
  for (let index = 0; index < seed.length; index++) a = hashOf(a, seed.charCodeAt(index));
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round++) next();
  return {
    uniform: next,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** Mixes a whole number into a hash; the answer is a signed 32-bit number. */
export function hashOf(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ (value | 0), 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Uniform in [-1, 1), a function of place and seed alone. */
export function chanceAt(place: number, seed: number): number {
  return hashOf(hashOf(seed, place), place >> 7) / 2 ** 31;
}
