/** Numbers to bits for the packed WFDB storage formats, signal(5): the reverse of unpack.ts. */
import { bytesOfSamples, type StorageFormat } from './storage-format.ts';

/** The bytes of samples that begin at a group boundary; each is in the format's range. */
export function pack(format: StorageFormat, samples: Int32Array): Uint8Array {
  const bytes = new Uint8Array(bytesOfSamples(format, samples.length));
  const view = new DataView(bytes.buffer);
  switch (format.code) {
    case 16:
      samples.forEach((sample, i) => view.setInt16(2 * i, sample, true));
      return bytes;
    case 24:
      samples.forEach((sample, i) => {
        view.setUint16(3 * i, sample & 0xffff, true);
        view.setInt8(3 * i + 2, sample >> 16);
      });
      return bytes;
    case 32:
      samples.forEach((sample, i) => view.setInt32(4 * i, sample, true));
      return bytes;
    case 61:
      samples.forEach((sample, i) => view.setInt16(2 * i, sample, false));
      return bytes;
    case 80:
      samples.forEach((sample, i) => view.setUint8(i, sample + 128));
      return bytes;
    case 160:
      samples.forEach((sample, i) => view.setUint16(2 * i, sample + 32768, true));
      return bytes;
    case 212:
      samples.forEach((sample, i) => {
        const at = 3 * (i >> 1);
        if (i % 2 === 0) view.setUint16(at, sample & 0xfff, true);
        else {
          bytes[at + 1] = (bytes[at + 1] ?? 0) | ((sample >> 4) & 0xf0);
          bytes[at + 2] = sample & 0xff;
        }
      });
      return bytes;
    case 310:
      packThirds(bytes, samples, (a, b, c) => [
        ((a & 0x3ff) << 1) | ((c & 31) << 11),
        ((b & 0x3ff) << 1) | (((c >> 5) & 31) << 11),
      ]);
      return bytes;
    case 311:
      packThirds(bytes, samples, (a, b, c) => {
        const word = (a & 0x3ff) | ((b & 0x3ff) << 10) | ((c & 0x3ff) << 20);
        return [word & 0xffff, word >>> 16];
      });
      return bytes;
    default:
      throw new RangeError(`format ${format.code} is not packed`);
  }
}

function packThirds(
  bytes: Uint8Array,
  samples: Int32Array,
  words: (a: number, b: number, c: number) => readonly [number, number],
): void {
  for (let i = 0, at = 0; i < samples.length; i += 3, at += 4) {
    const [low, high] = words(samples[i] ?? 0, samples[i + 1] ?? 0, samples[i + 2] ?? 0);
    // Past the end of an incomplete last group, assignments to a typed array are dropped.
    bytes[at] = low & 0xff;
    bytes[at + 1] = low >> 8;
    bytes[at + 2] = high & 0xff;
    bytes[at + 3] = high >> 8;
  }
}
