/** Writes and reads envelope files; `envelope-layout.ts` says how they look. */
import { open, rename, rm } from 'node:fs/promises';
import {
  binLength,
  ENVELOPE_FACTOR,
  mergePairs,
  pairsOfSamples,
  type EnvelopeRange,
} from './envelope.ts';
import {
  BYTES_PER_BIN,
  bytesOfPairs,
  checkHead,
  damaged,
  decodeLeadCount,
  decodeSampleCounts,
  encodeHead,
  layoutOf,
  leadTableEnd,
  pairsOfBytes,
} from './envelope-layout.ts';

/** Where the bytes of an envelope go: a file being written, or a buffer. */
export interface EnvelopeSink {
  write(position: number, bytes: Uint8Array): Promise<void>;
}

/** Takes a recording's samples, lead by lead or all leads in step, and makes its envelope. */
export interface EnvelopeBuilder {
  /** The next samples of a lead. Throws RangeError beyond the number of samples announced. */
  push(lead: number, samples: Float32Array): Promise<void>;
  /** Samples not pushed count as missing. Nothing may be pushed afterwards. */
  finish(): Promise<void>;
}

/** Bins gathered before they are written: 64 KiB a lead. */
const GATHERED_BINS = 8192;

/** Builds an envelope of leads of these numbers of samples; memory is a sixteenth of the file's. */
export function buildEnvelope(
  sampleCounts: readonly number[],
  sink: EnvelopeSink,
): EnvelopeBuilder {
  const layout = layoutOf(sampleCounts);
  const leads = layout.leads.map((lead, index) =>
    leadBuilder(sampleCounts[index] ?? 0, lead.levels[0]?.position ?? 0, lead.levels.length, sink),
  );
  return {
    async push(lead, samples) {
      const builder = leads[lead];
      if (!builder) throw new RangeError(`the envelope has no lead ${lead}`);
      await builder.push(samples);
    },
    async finish() {
      const coarse: Float32Array[][] = [];
      for (const lead of leads) coarse.push(await lead.finish());
      await sink.write(0, encodeHead(layout, coarse));
    },
  };
}

function leadBuilder(
  sampleCount: number,
  position: number,
  levels: number,
  sink: EnvelopeSink,
): { push(samples: Float32Array): Promise<void>; finish(): Promise<Float32Array[]> } {
  const bins = Math.ceil(sampleCount / ENVELOPE_FACTOR);
  const second: Float32Array | null =
    levels > 1 ? new Float32Array(2 * Math.ceil(bins / ENVELOPE_FACTOR)) : null;
  const gathered = new Float32Array(2 * GATHERED_BINS);
  /** Samples that do not fill a bin yet. */
  const rest = new Float32Array(ENVELOPE_FACTOR);
  let restCount = 0;
  let pushed = 0;
  let gatheredBins = 0;
  let writtenBins = 0;

  async function flush(): Promise<void> {
    if (gatheredBins === 0) return;
    const pairs = gathered.slice(0, 2 * gatheredBins);
    // GATHERED_BINS is a multiple of the factor, so every block but the last fills its bins above.
    second?.set(mergePairs(pairs, 0, ENVELOPE_FACTOR), (2 * writtenBins) / ENVELOPE_FACTOR);
    const at = position + writtenBins * BYTES_PER_BIN;
    writtenBins += gatheredBins;
    gatheredBins = 0;
    await sink.write(at, bytesOfPairs(pairs));
  }

  async function addWholeBins(samples: Float32Array): Promise<void> {
    for (let at = 0; at < samples.length;) {
      const room = (GATHERED_BINS - gatheredBins) * ENVELOPE_FACTOR;
      const part = samples.subarray(at, at + room);
      pairsOfSamples(part, gathered, gatheredBins);
      gatheredBins += Math.ceil(part.length / ENVELOPE_FACTOR);
      at += part.length;
      if (gatheredBins === GATHERED_BINS) await flush();
    }
  }

  return {
    async push(samples) {
      pushed += samples.length;
      if (pushed > sampleCount) throw new RangeError('more samples than the envelope was made for');
      let at = 0;
      if (restCount > 0) {
        at = Math.min(samples.length, ENVELOPE_FACTOR - restCount);
        rest.set(samples.subarray(0, at), restCount);
        restCount += at;
        if (restCount < ENVELOPE_FACTOR) return;
        restCount = 0;
        await addWholeBins(rest);
      }
      const end = at + Math.floor((samples.length - at) / ENVELOPE_FACTOR) * ENVELOPE_FACTOR;
      await addWholeBins(samples.subarray(at, end));
      restCount = samples.length - end;
      rest.set(samples.subarray(end));
    },
    async finish() {
      if (restCount > 0) await addWholeBins(rest.subarray(0, restCount));
      restCount = 0;
      const empty = new Float32Array(GATHERED_BINS * ENVELOPE_FACTOR).fill(NaN);
      while (writtenBins + gatheredBins < bins) {
        const missing = (bins - writtenBins - gatheredBins) * ENVELOPE_FACTOR;
        await addWholeBins(empty.subarray(0, missing));
      }
      await flush();
      const coarse: Float32Array[] = [];
      for (let level = second; level;) {
        coarse.push(level);
        level = coarse.length < levels - 1 ? mergePairs(level, 0, ENVELOPE_FACTOR) : null;
      }
      return coarse;
    },
  };
}

/**
 * An envelope on its way to `path`. It appears there complete at `finish`, or not at all:
 * temporary file beside it, fsync, rename.
 */
export interface EnvelopeFile extends EnvelopeBuilder {
  /** Gives up: removes what was written so far. */
  discard(): Promise<void>;
}

/** Starts an envelope file. Throws the system's error (ENOSPC, EACCES) as it is. */
export async function createEnvelopeFile(
  path: string,
  sampleCounts: readonly number[],
): Promise<EnvelopeFile> {
  const temporary = `${path}.${process.pid}.part`;
  const handle = await open(temporary, 'w');
  const builder = buildEnvelope(sampleCounts, {
    async write(position, bytes) {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await handle.write(
          bytes,
          done,
          bytes.length - done,
          position + done,
        );
        done += bytesWritten;
      }
    },
  });
  async function discard(): Promise<void> {
    await handle.close();
    await rm(temporary, { force: true });
  }
  return {
    push: (lead, samples) => builder.push(lead, samples),
    async finish() {
      try {
        await builder.finish();
        await handle.sync();
      } catch (error) {
        await discard();
        throw error;
      }
      await handle.close();
      await rename(temporary, path);
    },
    discard,
  };
}

/** Random access to an envelope's bytes; `formats/byte-source.ts` has one for a file. */
export interface EnvelopeSource {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

export interface Envelope {
  /** Samples of each lead, to be held against the recording it is used for. */
  readonly sampleCounts: readonly number[];
  /**
   * At most `columns` bins over samples [from, to) of a lead, at least 16 samples each (below
   * that, read samples and use `envelopeOf`). Reads from the source only where bins are finer
   * than 256 samples.
   */
  query(lead: number, from: number, to: number, columns: number): Promise<EnvelopeRange>;
}

/** Throws `damaged-file` for anything but a complete envelope: delete it and make it again. */
export async function openEnvelope(source: EnvelopeSource): Promise<Envelope> {
  const leadCount = decodeLeadCount(await source.read(0, leadTableEnd(0)), source.size);
  const table = await source.read(0, leadTableEnd(leadCount));
  const layout = layoutOf(decodeSampleCounts(table, leadCount));
  if (layout.fileLength !== source.size) throw damaged('its length is not what it states');
  const head = (await source.read(0, layout.headLength)).slice();
  checkHead(head, layout);
  const held = layout.leads.map((lead) =>
    lead.levels
      .slice(1)
      .map((level) =>
        pairsOfBytes(head.subarray(level.position, level.position + level.bins * BYTES_PER_BIN)),
      ),
  );

  async function pairs(lead: number, level: number, from: number, to: number) {
    const kept = level > 0 ? held[lead]?.[level - 1] : undefined;
    if (kept) return kept.subarray(2 * from, 2 * to);
    const position = layout.leads[lead]?.levels[0]?.position ?? 0;
    const length = (to - from) * BYTES_PER_BIN;
    const bytes = await source.read(position + from * BYTES_PER_BIN, length);
    if (bytes.length !== length) throw damaged('it is cut off');
    return pairsOfBytes(bytes);
  }

  return {
    sampleCounts: layout.sampleCounts,
    async query(lead, from, to, columns) {
      const levels = layout.leads[lead]?.levels;
      if (!levels) throw new RangeError(`the envelope has no lead ${lead}`);
      const start = Math.max(0, Math.floor(from));
      const end = Math.min(layout.sampleCounts[lead] ?? 0, Math.ceil(to));
      if (!(end > start)) return emptyRange(start);
      // The coarsest level whose bins still fit into a column.
      let level = 0;
      let step = ENVELOPE_FACTOR;
      while (
        level + 1 < levels.length &&
        step * ENVELOPE_FACTOR <= (end - start) / Math.max(1, columns)
      ) {
        level++;
        step *= ENVELOPE_FACTOR;
      }
      const samplesPerBin = binLength(start, end, columns, step);
      // Whole answer bins, so that a bin is the same whichever stretch it was asked for in.
      const firstBin = (Math.floor(start / samplesPerBin) * samplesPerBin) / step;
      const endBin = Math.min(
        levels[level]?.bins ?? 0,
        (Math.ceil(end / samplesPerBin) * samplesPerBin) / step,
      );
      const found = await pairs(lead, level, firstBin, endBin);
      const factor = samplesPerBin / step;
      const merged = factor === 1 ? found : mergePairs(found, firstBin, factor);
      return { samplesPerBin, fromSample: firstBin * step, ...parted(merged) };
    },
  };
}

function emptyRange(fromSample: number): EnvelopeRange {
  const none = new Float32Array(0);
  return { samplesPerBin: ENVELOPE_FACTOR, fromSample, min: none, max: none };
}

function parted(pairs: Float32Array): { min: Float32Array; max: Float32Array } {
  const min = new Float32Array(pairs.length / 2);
  const max = new Float32Array(pairs.length / 2);
  for (let bin = 0; bin < min.length; bin++) {
    min[bin] = pairs[2 * bin] ?? NaN;
    max[bin] = pairs[2 * bin + 1] ?? NaN;
  }
  return { min, max };
}
