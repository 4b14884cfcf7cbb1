/** A reader that reads no further once it is told to stop. */
import type { RecordingReader } from '../../formats/reader.ts';

/** Reading then throws the signal's reason, so that whoever writes takes back what it began. */
export function stoppable(reader: RecordingReader, signal: AbortSignal): RecordingReader {
  const unlessStopped = async <T>(work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    return work();
  };
  return {
    header: reader.header,
    read: (leads, from, to, into) => unlessStopped(() => reader.read(leads, from, to, into)),
    readStored: (leads, from, to) => unlessStopped(() => reader.readStored(leads, from, to)),
    annotations: () => unlessStopped(() => reader.annotations()),
    close: () => reader.close(),
  };
}
