/** The text of a header that is written, header(5). */
import type { RecordToWrite, SignalToWrite } from './write.ts';

export interface WrittenSignal {
  readonly fileName: string;
  readonly signal: SignalToWrite;
  readonly initialValue: number;
  readonly checksum: number;
}

/** Record line, signal lines, comments; line ends are LF. */
export function headerText(record: RecordToWrite, signals: readonly WrittenSignal[]): string {
  const { name, frameHz, frameCount, start, comments } = record;
  const lines = [
    [name, signals.length, frameHz, frameCount, ...baseTime(start)].join(' '),
    ...signals.map(signalLine),
    ...comments.map((comment) => `# ${oneLine(comment)}`.trimEnd()),
  ];
  return `${lines.join('\n')}\n`;
}

function signalLine({ fileName, signal, initialValue, checksum }: WrittenSignal): string {
  const { format, samplesPerFrame, gain, baseline, unit, resolutionBits, name } = signal;
  const storage = samplesPerFrame === 1 ? `${format}` : `${format}x${samplesPerFrame}`;
  const calibration = `${gain}(${baseline})/${unit}`;
  const line = [fileName, storage, calibration, resolutionBits, 0, initialValue, checksum, 0];
  return [...line, oneLine(name)].join(' ').trimEnd();
}

/** `hh:mm:ss.sss dd/mm/yyyy` of an ISO time. */
function baseTime(start: string | null): readonly string[] {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d(?:\.\d{1,3})?)/.exec(start ?? '');
  if (!parts) return [];
  const [, year, month, day, time = ''] = parts;
  return [time, `${day}/${month}/${year}`];
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').trim();
}
