/** Formats 508, 516 and 524: a FLAC stream with one channel for each signal, signal(5). */
import { RhythmarkError } from '../../contract/errors.ts';
import { openFlac } from '../flac/stream.ts';
import { samplesPerFrameOf, type SignalFile, type SignalFileRequest } from './signal-file.ts';

/** `damaged-file` where the stream is none, is cut off, or does not fit the header. */
export async function flacSignalFile(request: SignalFileRequest): Promise<SignalFile> {
  const { name, source, format, byteOffset, signals } = request;
  const perSignal = signals[0]?.samplesPerFrame ?? 1;
  const stream = await openFlac(source, byteOffset, name);
  const { channels, bitsPerSample, maxBlockSize } = stream.info;
  const mismatch =
    channels !== signals.length
      ? `holds ${channels} channels, the header names ${signals.length} signals in it`
      : bitsPerSample > format.bits
        ? `holds samples of ${bitsPerSample} bits, format ${format.code} has ${format.bits}`
        : signals.some((signal) => signal.samplesPerFrame !== perSignal)
          ? 'is said to hold signals of different rates, which FLAC cannot'
          : null;
  if (mismatch !== null) throw new RhythmarkError('damaged-file', `${name} ${mismatch}.`);

  const perFrame = samplesPerFrameOf(signals);
  return {
    frameCount: Math.floor(stream.sampleCount / perSignal),
    samplesPerFrame: perFrame,
    async visit(from, to, each) {
      // Blocks need not end with a frame of the record: what is over waits for the next block.
      const scratch = new Int32Array((maxBlockSize + perSignal) * channels);
      const wanted = { from: from * perSignal, to: to * perSignal };
      let frame = from;
      await stream.visit(wanted.from, wanted.to, (blocks, firstSample, samples) => {
        const start = Math.max(firstSample, wanted.from);
        const end = Math.min(firstSample + samples, wanted.to);
        const base = frame * perSignal;
        for (const [channel, block] of blocks.entries()) {
          const offset = channel * perSignal;
          for (let sample = start; sample < end; sample++) {
            const inScratch = sample - base;
            const phase = inScratch % perSignal;
            const at = ((inScratch - phase) / perSignal) * perFrame + offset + phase;
            scratch[at] = block[sample - firstSample] ?? 0;
          }
        }
        const frames = Math.floor((end - base) / perSignal);
        if (frames === 0) return;
        each(scratch.subarray(0, frames * perFrame), frame, frames);
        frame += frames;
        // At most perSignal - 1 samples of each channel, as an incomplete frame.
        scratch.copyWithin(0, frames * perFrame, (frames + 1) * perFrame);
      });
    },
    close: () => source.close(),
  };
}
