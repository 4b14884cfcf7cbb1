/**
 * Damages recordings in thousands of ways and looks whether a reader answers as it must: a reader
 * whose header makes sense, or a RhythmarkError. Deterministic: an input is its number.
 */
import { RhythmarkError } from '../../../src-main/contract/errors.ts';
import { LIMITS } from '../../../src-main/formats/limits.ts';
import { bytesOf } from '../../../src-main/formats/byte-source.ts';
import type { FormatModule, OpenRequest, Siblings } from '../../../src-main/formats/reader.ts';

/** A recording to damage: its main file and, where it has some, the files beside it. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly beside?: ReadonlyMap<string, Uint8Array>;
  /** True where the format cannot tell that a file, by its name, was cut off at this byte. */
  readonly tellsNothingAt?: (cut: number, file: string) => boolean;
}

export interface Target {
  readonly format: FormatModule;
  readonly seeds: readonly Seed[];
  /** Makes checksums fit again, so that damage reaches what lies behind them. */
  readonly mend?: (bytes: Uint8Array) => Uint8Array;
  /** Gives the request a path, for libraries that read by path; undone after each input. */
  readonly onDisk?: (bytes: Uint8Array) => { readonly path: string; remove(): void };
}

export interface FuzzReport {
  readonly inputs: number;
  readonly opened: number;
  readonly refused: number;
  /** Processor time of the slowest input, s: unlike wall time it does not depend on other programs. */
  readonly slowestS: number;
  /** Growth of the process's largest resident size, MB. */
  readonly memoryMb: number;
  /** What must not happen, with the input's number; empty when all is well. */
  readonly wrong: readonly string[];
}

/** The longest that an input may take, in seconds of one processor. */
export const MOST_SECONDS = 2;
/** The most memory that reading damaged inputs may take, MB. */
export const MOST_MEMORY_MB = 300;
const MOST_WRONG = 5;
const SAMPLES_READ = 512;
const LEADS_READ = 16;

/**
 * `count` inputs, numbered from `first`. Every other one is mended where the target can. `onInput`
 * is told of each before it is read: whoever watches from another process then knows which hangs.
 */
export async function fuzz(
  target: Target,
  count: number,
  { first = 0, onInput }: { first?: number; onInput?: (number: number) => void } = {},
): Promise<FuzzReport> {
  const wrong: string[] = [];
  let opened = 0;
  let refused = 0;
  let slowestS = 0;
  const before = process.resourceUsage().maxRSS;
  for (let number = first; number < first + count && wrong.length < MOST_WRONG; number++) {
    onInput?.(number);
    const broken = damaged(target.seeds, number);
    const mended = number % 2 === 0 ? target.mend?.(broken.bytes) : undefined;
    const input = mended ? { ...broken, bytes: mended } : broken;
    const start = process.cpuUsage();
    const outcome = await tryReading(target, input, 'a sample of it');
    const spent = process.cpuUsage(start);
    const seconds = (spent.user + spent.system) / 1e6;
    slowestS = Math.max(slowestS, seconds);
    if (seconds > MOST_SECONDS) wrong.push(`input ${number} took ${seconds.toFixed(1)} s`);
    if (outcome.kind === 'wrong') wrong.push(`input ${number}: ${outcome.why}`);
    else if (outcome.kind === 'opened') opened++;
    else refused++;
  }
  const memoryMb = (process.resourceUsage().maxRSS - before) / 1024;
  if (memoryMb > MOST_MEMORY_MB) wrong.push(`memory grew by ${Math.round(memoryMb)} MB`);
  return { inputs: count, opened, refused, slowestS, memoryMb, wrong };
}

/**
 * Cuts each file of each seed at `cuts` places. A file that lost samples must be refused or say so
 * in a note. Answers the places where it does neither.
 */
export async function silentTruncations(target: Target, cuts: number): Promise<string[]> {
  const silent: string[] = [];
  for (const seed of target.seeds) {
    const whole = await tryReading(target, seed, 'all of it');
    if (whole.kind !== 'opened') throw new Error(`seed ${seed.name} does not open: ${whole.why}`);
    const known = new Set(whole.notes);
    for (const { file, cut, short } of shortened(seed, cuts)) {
      const outcome = await tryReading(target, short, 'all of it');
      const place = `${seed.name}, ${file} cut at byte ${cut}`;
      if (outcome.kind === 'wrong') silent.push(`${place}: ${outcome.why}`);
      if (outcome.kind !== 'opened' || outcome.samples === whole.samples) continue;
      if (outcome.notes.some((note) => !known.has(note)) || seed.tellsNothingAt?.(cut, file))
        continue;
      silent.push(`${place} opens as if it were whole`);
    }
  }
  return silent;
}

/** The seed with one of its files cut off. */
function* shortened(
  seed: Seed,
  cuts: number,
): Generator<{ file: string; cut: number; short: Seed }> {
  for (const cut of placesIn(seed.bytes.length, cuts))
    yield { file: seed.name, cut, short: { ...seed, bytes: upTo(seed.bytes, cut) } };
  for (const [file, bytes] of seed.beside ?? [])
    for (const cut of placesIn(bytes.length, cuts / 4)) {
      const beside = new Map(seed.beside).set(file, upTo(bytes, cut));
      yield { file, cut, short: { ...seed, beside } };
    }
}

function upTo(bytes: Uint8Array, end: number): Uint8Array {
  return Uint8Array.from(bytes.subarray(0, end));
}

/** Early bytes, where headers lie, the last ones, and places all over. */
function placesIn(length: number, cuts: number): Set<number> {
  const random = generator(length);
  const places = new Set<number>();
  for (let i = 0; i < cuts; i++) {
    const pick = random();
    const at = pick < 0.3 ? random() * Math.min(length, 600) : random() * length;
    places.add(pick > 0.9 ? length - 1 - Math.floor(random() * 16) : Math.floor(at));
  }
  return new Set([...places].filter((at) => at >= 0 && at < length));
}

type Outcome =
  | { readonly kind: 'opened'; readonly notes: readonly string[]; readonly samples: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'wrong'; readonly why: string };

async function tryReading(
  target: Target,
  seed: Seed,
  depth: 'a sample of it' | 'all of it',
): Promise<Outcome> {
  const place = target.onDisk?.(seed.bytes) ?? null;
  try {
    return await read(target.format, requestFor(seed, place?.path ?? null), depth);
  } catch (error) {
    if (error instanceof RhythmarkError && error.code !== 'internal') {
      // What stands in quotes is the file's own.
      const own = error.message.replace(/".*"/gs, '');
      const clear = own.length > 15 && !/undefined|NaN|\[object/.test(own);
      return { kind: clear ? 'refused' : 'wrong', why: error.message };
    }
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'wrong', why: `threw ${why.slice(0, 400)}` };
  } finally {
    place?.remove();
  }
}

function requestFor(seed: Seed, path: string | null): OpenRequest {
  const siblings: Siblings = {
    open(name) {
      const bytes = seed.beside?.get(name);
      if (bytes) return Promise.resolve(bytesOf(bytes));
      return Promise.reject(new RhythmarkError('not-found', 'There is no such file beside it.'));
    },
    exists: (name) => Promise.resolve(seed.beside?.has(name) ?? false),
  };
  const source = bytesOf(seed.bytes);
  return { name: seed.name, path, source, siblings, part: '', textChoice: null };
}

async function read(
  format: FormatModule,
  request: OpenRequest,
  depth: 'a sample of it' | 'all of it',
): Promise<Outcome> {
  const head = (await request.source.read(0, 4096)).slice();
  const score = format.detect({ name: request.name, size: request.source.size, head });
  if (!(score >= 0 && score <= 1)) return { kind: 'wrong', why: `detect answers ${score}` };
  const reader = await format.open(request);
  try {
    const { header } = reader;
    const odd = oddityOf(header);
    if (odd !== null) return { kind: 'wrong', why: odd };
    const samples: string[] = [];
    for (const [index, lead] of header.leads.entries()) {
      if (index >= LEADS_READ && depth === 'a sample of it') break;
      const end = lead.sampleCount;
      const spans: [number, number][] =
        depth === 'all of it'
          ? [[0, Math.min(end, 2 ** 22)]]
          : [
              [0, Math.min(end, SAMPLES_READ)],
              [Math.max(0, end - SAMPLES_READ), end + 3],
            ];
      for (const [from, to] of spans) {
        const [values] = await reader.read([index], from, to);
        if (values?.length !== to - from) return { kind: 'wrong', why: `lead ${index} is short` };
        if (values.some((value) => Math.abs(value) === Infinity)) {
          return { kind: 'wrong', why: `lead ${index} holds an infinite value` };
        }
        if (depth === 'all of it') samples.push(`${lead.name} ${end} ${digest(values)}`);
      }
    }
    for (const set of await reader.annotations()) {
      if (!(set.samplingHz > 0)) return { kind: 'wrong', why: 'annotations have no rate' };
      let last = -Infinity;
      for (const { sample } of set.annotations) {
        if (!Number.isSafeInteger(sample)) return { kind: 'wrong', why: `annotation at ${sample}` };
        if (sample < last) return { kind: 'wrong', why: 'annotations are out of order' };
        last = sample;
      }
    }
    const notes = header.notes.filter(({ kind }) => kind !== 'read');
    return {
      kind: 'opened',
      notes: notes.map(({ code, message }) => `${code} ${message}`),
      samples: samples.join('\n'),
    };
  } finally {
    await reader.close();
  }
}

/** What no header may say, or null. */
function oddityOf(header: {
  readonly durationS: number;
  readonly start: string | null;
  readonly leads: readonly {
    readonly name: string;
    readonly samplingHz: number;
    readonly sampleCount: number;
    readonly gain?: number;
    readonly baseline?: number;
  }[];
}): string | null {
  if (!(header.durationS >= 0 && header.durationS <= 1.1 * LIMITS.durationS)) {
    return `the duration is ${header.durationS} s`;
  }
  if (header.leads.length === 0) return 'there is no lead';
  if (header.leads.length > 3 * LIMITS.leads) return `there are ${header.leads.length} leads`;
  if (header.start !== null && Number.isNaN(Date.parse(header.start))) {
    return `the start is ${header.start}`;
  }
  for (const lead of header.leads) {
    if (!(lead.samplingHz > 0 && lead.samplingHz <= LIMITS.samplingHz)) {
      return `${lead.name} has ${lead.samplingHz} Hz`;
    }
    if (!Number.isSafeInteger(lead.sampleCount) || lead.sampleCount < 0) {
      return `${lead.name} has ${lead.sampleCount} samples`;
    }
    if (lead.gain !== undefined && (!Number.isFinite(lead.gain) || lead.gain === 0)) {
      return `${lead.name} has a gain of ${lead.gain}`;
    }
    if (lead.baseline !== undefined && !Number.isFinite(lead.baseline)) {
      return `${lead.name} has a baseline of ${lead.baseline}`;
    }
  }
  return null;
}

/** Tells samples apart; FNV-1a over their bits. */
function digest(values: Float32Array): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let hash = 0x811c9dc5;
  for (const word of bits) hash = Math.imul(hash ^ word, 0x01000193) >>> 0;
  return hash;
}

/** mulberry32: 32 bits of state are enough to number inputs by. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Input `number`: one of the seeds, in one of its files damaged in one to six places. */
function damaged(seeds: readonly Seed[], number: number): Seed {
  const random = generator(number + 1);
  const seed = seeds[Math.floor(random() * seeds.length)];
  if (!seed) throw new Error('nothing to damage');
  const beside = [...(seed.beside ?? [])];
  const [name, bytes] = beside[Math.floor(random() * 2 * beside.length)] ?? [];
  if (name !== undefined && bytes !== undefined) {
    return { ...seed, beside: new Map([...beside, [name, mutated(bytes, random)]]) };
  }
  return { ...seed, bytes: mutated(seed.bytes, random) };
}

/** Numbers that programs stumble over, little-endian and as text. */
const EDGES = [0, 1, -1, 127, 128, 255, 256, 32767, -32768, 65535, 2 ** 31 - 1, -(2 ** 31)];
const TEXTS = [
  ...['0', '-1', '1e308', '-1e308', '1e-320', 'NaN', 'Infinity', '4294967296', '9'.repeat(24)],
  ...['', ',', '.', '__proto__', 'constructor', '\u0000', '</', '<a>', ']]>', '&#0;', '../../x'],
];

function mutated(original: Uint8Array, random: () => number): Uint8Array {
  const below = (limit: number): number => Math.floor(random() * limit);
  // A small part keeps only the first bytes, by which the format is known: the rest is random.
  if (random() < 0.05) {
    const kept = original.slice(0, below(64));
    const noise = Uint8Array.from({ length: below(4000) }, () => below(256));
    return Buffer.concat([kept, noise]);
  }
  // Not `slice`: that of a Buffer shares its memory with the seed.
  let bytes: Uint8Array = Uint8Array.from(original);
  for (let round = 1 + below(6); round > 0 && bytes.length > 0; round--) {
    // Headers come first, and half of the damage with them.
    const at = below(random() < 0.5 ? Math.min(bytes.length, 1024) : bytes.length);
    switch (below(9)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 1:
        bytes[at] = below(256);
        break;
      case 2: {
        const edge = EDGES[below(EDGES.length)] ?? 0;
        const size = [1, 2, 4][below(3)] ?? 1;
        for (let i = 0; i < size && at + i < bytes.length; i++) bytes[at + i] = edge >> (8 * i);
        break;
      }
      case 3:
        bytes = bytes.slice(0, at);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(64))]);
        break;
      case 5: {
        const piece = bytes.subarray(at, at + 1 + below(256));
        bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
        break;
      }
      case 6: {
        const text = Buffer.from(TEXTS[below(TEXTS.length)] ?? '', 'latin1');
        bytes.set(text.subarray(0, bytes.length - at), at);
        break;
      }
      case 7:
        bytes = atNumber(bytes, at, TEXTS[below(TEXTS.length)] ?? '');
        break;
      default: {
        const end = Math.min(bytes.length, at + 1 + below(32));
        for (let i = at; i < end; i++) bytes[i] = below(256);
      }
    }
  }
  return bytes;
}

/** Replaces the next decimal number in a text by another. */
function atNumber(bytes: Uint8Array, from: number, text: string): Uint8Array {
  const digit = (at: number): boolean => (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39;
  let begin = from;
  while (begin < bytes.length && begin < from + 400 && !digit(begin)) begin++;
  let end = begin;
  while (end < bytes.length && digit(end)) end++;
  return Buffer.concat([bytes.subarray(0, begin), Buffer.from(text), bytes.subarray(end)]);
}
