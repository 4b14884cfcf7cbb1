/**
 * The storage formats of WFDB signal files, signal(5): how many bytes some samples take and which
 * stored value means "no sample". How bits become numbers is in unpack.ts.
 */

export interface StorageFormat {
  readonly code: number;
  readonly kind: 'packed' | 'difference' | 'flac' | 'none';
  /** Range of a sample: -2^(bits-1) to 2^(bits-1) - 1. For differences, of a difference. */
  readonly bits: number;
  /** Stored value that stands for a missing sample, null where the format has none. */
  readonly missing: number | null;
  /** Samples that share bytes, and the bytes they share. */
  readonly groupSamples: number;
  readonly groupBytes: number;
  /** Bytes of an incomplete last group, by its number of samples. */
  readonly tailBytes: readonly number[];
}

function packed(
  code: number,
  bits: number,
  [groupSamples, groupBytes]: readonly [number, number],
  tailBytes: readonly number[] = [0],
): StorageFormat {
  const missing = -(2 ** (bits - 1));
  return { code, kind: 'packed', bits, missing, groupSamples, groupBytes, tailBytes };
}

function flac(code: number, bits: number): StorageFormat {
  return { ...packed(code, bits, [1, bits / 8]), kind: 'flac' };
}

const FORMATS: ReadonlyMap<number, StorageFormat> = new Map(
  [
    { ...packed(0, 16, [1, 0]), kind: 'none' as const }, // a signal without a file: always missing
    { ...packed(8, 8, [1, 1]), kind: 'difference' as const, missing: null },
    packed(16, 16, [1, 2]),
    packed(24, 24, [1, 3]),
    packed(32, 32, [1, 4]),
    packed(61, 16, [1, 2]),
    packed(80, 8, [1, 1]),
    packed(160, 16, [1, 2]),
    packed(212, 12, [2, 3], [0, 2]),
    packed(310, 10, [3, 4], [0, 2, 4]),
    packed(311, 10, [3, 4], [0, 2, 3]),
    flac(508, 8),
    flac(516, 16),
    flac(524, 24),
  ].map((format) => [format.code, format]),
);

/** The format of a code in a header, or undefined for one that signal(5) does not know. */
export function storageFormat(code: number): StorageFormat | undefined {
  return FORMATS.get(code);
}

/** Bytes that `samples` consecutive samples take from the start of a group. */
export function bytesOfSamples(format: StorageFormat, samples: number): number {
  const groups = Math.floor(samples / format.groupSamples);
  return (
    groups * format.groupBytes + (format.tailBytes[samples - groups * format.groupSamples] ?? 0)
  );
}

/** Complete samples in `bytes` bytes. */
export function samplesInBytes(format: StorageFormat, bytes: number): number {
  if (format.groupBytes === 0 || bytes <= 0) return 0;
  const groups = Math.floor(bytes / format.groupBytes);
  const left = bytes - groups * format.groupBytes;
  let tail = 0;
  for (const [samples, needed] of format.tailBytes.entries()) if (needed <= left) tail = samples;
  return groups * format.groupSamples + tail;
}
