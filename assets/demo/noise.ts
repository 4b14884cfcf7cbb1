/**
 * What is recorded beside the heart. Every value is a function of sample number and seed alone, so
 * that any part of a recording can be made without the rest.
 */
import { chanceAt, hashOf, randomOf } from './random.ts';

const TABLE = 1 << 16;
const random = randomOf('noise table');
const white = Float32Array.from({ length: TABLE }, () => random.normal());

/** The signal of muscles: most of it above 30 Hz; deviation 1. */
const muscle = white.map((value, index) => 0.707 * (value - (white[(index + 1) % TABLE] ?? 0)));

/** What is left at rest: half the amplifier's, half the muscles'. */
const recorder = white.map(
  (value, index) => 0.707 * (value + (muscle[(index + TABLE / 2) % TABLE] ?? 0)),
);

/** Stretches of the table, each from another place. */
const RUN = 512;

/** Adds noise of deviation `level`: `recorder` at rest, or `muscle`. */
export function addNoise(
  out: Float32Array,
  firstSample: number,
  kind: 'recorder' | 'muscle',
  level: number,
  seed: number,
): void {
  const table = kind === 'muscle' ? muscle : recorder;
  for (let index = 0; index < out.length;) {
    const run = Math.floor((firstSample + index) / RUN);
    const end = Math.min(out.length, (run + 1) * RUN - firstSample);
    let at = (hashOf(seed, run) + firstSample + index) & (TABLE - 1);
    for (; index < end; index++) {
      out[index] = (out[index] ?? 0) + level * (table[at] ?? 0);
      at = (at + 1) & (TABLE - 1);
    }
  }
}

/** Adds a smooth wander: random values at `hz`, joined by smooth steps; deviation about `level`. */
export function addWander(
  out: Float32Array,
  firstSample: number,
  samplingHz: number,
  hz: number,
  level: number,
  seed: number,
): void {
  const step = hz / samplingHz;
  const height = 2.2 * level; // a smooth step between uniform values has deviation 0.46
  for (let index = 0; index < out.length;) {
    const cell = Math.floor((firstSample + index) * step);
    const end = Math.min(out.length, Math.ceil((cell + 1) / step) - firstSample);
    const from = height * chanceAt(cell, seed);
    const rise = height * chanceAt(cell + 1, seed) - from;
    do {
      const part = (firstSample + index) * step - cell;
      out[index] = (out[index] ?? 0) + from + rise * part * part * (3 - 2 * part);
      index++;
    } while (index < end);
  }
}

/** Adds mains hum with its third harmonic; its strength drifts. */
export function addMains(
  out: Float32Array,
  firstSample: number,
  samplingHz: number,
  hz: number,
  level: number,
  seed: number,
): void {
  const phase = Math.PI * chanceAt(1, seed);
  for (let index = 0; index < out.length; index++) {
    const timeS = (firstSample + index) / samplingHz;
    const turn = 2 * Math.PI * hz * timeS + phase;
    const strength = 1.41 * level * (1 + 0.25 * Math.sin(0.7 * timeS + phase));
    const third = 3 * hz < samplingHz / 2 ? 0.2 * Math.sin(3 * turn) : 0;
    out[index] = (out[index] ?? 0) + strength * (Math.sin(turn) + third);
  }
}

/**
 * Adds the motion of an electrode: a wander of several speeds up to that of the QRS, and every
 * second or so a jump that dies away.
 */
export function addMotion(
  out: Float32Array,
  firstSample: number,
  samplingHz: number,
  level: number,
  seed: number,
): void {
  addWander(out, firstSample, samplingHz, 0.8, 0.7 * level, hashOf(seed, 1));
  addWander(out, firstSample, samplingHz, 3.1, 0.55 * level, hashOf(seed, 2));
  addWander(out, firstSample, samplingHz, 11, 0.35 * level, hashOf(seed, 3));
  addWander(out, firstSample, samplingHz, 31, 0.14 * level, hashOf(seed, 4));
  const every = Math.round(1.3 * samplingHz);
  const decay = 0.35 * samplingHz;
  const first = Math.floor(firstSample / every) - 2;
  for (let jump = first; jump * every < firstSample + out.length; jump++) {
    const at = Math.round((jump + 0.45 * (1 + chanceAt(jump, hashOf(seed, 5)))) * every);
    const height = 3 * level * chanceAt(jump, hashOf(seed, 6)) ** 3;
    const from = Math.max(0, at - firstSample);
    const to = Math.min(out.length, at + Math.round(2 * every) - firstSample);
    for (let index = from; index < to; index++) {
      const fall = Math.exp(-(firstSample + index - at) / decay);
      out[index] = (out[index] ?? 0) + height * fall;
    }
  }
}
