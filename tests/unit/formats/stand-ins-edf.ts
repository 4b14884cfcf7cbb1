/** EDF and BDF as any recorder might write them, oddities included; see stand-ins.ts. */

export interface EdfSignalStandIn {
  readonly label: string;
  readonly dimension?: string;
  readonly physical?: readonly [string, string];
  readonly digital?: readonly [number, number];
  readonly samplesPerRecord: number;
  readonly samples: Int32Array;
}

export interface EdfStandIn {
  readonly variant?: 'EDF' | 'EDF+C' | 'EDF+D' | 'BDF' | 'BDF+C';
  readonly signals: readonly EdfSignalStandIn[];
  /** As it stands in the header; the number of records unless given. */
  readonly statedRecords?: string;
  readonly recordDuration?: string;
  readonly patient?: string;
  readonly recording?: string;
  /** Onset of each data record, s; written as time-keeping annotations. */
  readonly onsets?: readonly number[];
  /** Texts of each data record after its onset: `+12.5\u001560\u0014AF\u0014`. */
  readonly texts?: readonly string[];
}

const ANNOTATION_BYTES = 120;

export function edfFile(options: EdfStandIn): Buffer {
  const { variant = 'EDF', recordDuration = '1' } = options;
  const bdf = variant.startsWith('BDF');
  const size = bdf ? 3 : 2;
  const plus = variant.includes('+');
  const [first] = options.signals;
  const records = Math.ceil((first?.samples.length ?? 0) / (first?.samplesPerRecord ?? 1));
  const range: readonly [number, number] = bdf ? [-8388608, 8388607] : [-32768, 32767];
  const columns = options.signals.map((signal) => ({
    label: signal.label,
    dimension: signal.dimension ?? 'uV',
    physical: signal.physical ?? [String(range[0]), String(range[1])],
    digital: signal.digital ?? range,
    samplesPerRecord: signal.samplesPerRecord,
  }));
  if (plus) {
    columns.push({
      label: bdf ? 'BDF Annotations' : 'EDF Annotations',
      dimension: '',
      physical: ['-1', '1'],
      digital: range,
      samplesPerRecord: ANNOTATION_BYTES / size,
    });
  }
  const each = (width: number, of: (column: (typeof columns)[number]) => string): string =>
    columns.map((column) => of(column).padEnd(width).slice(0, width)).join('');
  const text = [
    bdf ? '\u00ffBIOSEMI' : '0       ',
    (options.patient ?? 'X X X X').padEnd(80),
    (options.recording ?? 'Startdate 11-JUN-2026 X X Recorder').padEnd(80),
    '11.06.26',
    '09.12.30',
    String(256 * (columns.length + 1)).padEnd(8),
    (plus ? variant : '').padEnd(44),
    (options.statedRecords ?? String(records)).padEnd(8),
    recordDuration.padEnd(8),
    String(columns.length).padEnd(4),
    each(16, ({ label }) => label),
    each(80, () => 'electrode'),
    each(8, ({ dimension }) => dimension),
    each(8, ({ physical }) => physical[0]),
    each(8, ({ physical }) => physical[1]),
    each(8, ({ digital }) => String(digital[0])),
    each(8, ({ digital }) => String(digital[1])),
    each(80, () => ''),
    each(8, ({ samplesPerRecord }) => String(samplesPerRecord)),
    each(32, () => ''),
  ].join('');
  const parts: Buffer[] = [Buffer.from(text, 'latin1')];
  for (let r = 0; r < records; r++) {
    for (const { samples, samplesPerRecord: n } of options.signals) {
      const bytes = Buffer.alloc(n * size);
      for (let i = 0; i < n; i++) bytes.writeIntLE(samples[r * n + i] ?? 0, i * size, size);
      parts.push(bytes);
    }
    if (plus) {
      const onset = options.onsets?.[r] ?? r * Number(recordDuration);
      const annotations = Buffer.alloc(ANNOTATION_BYTES);
      annotations.write(`+${onset}\x14\x14\0${options.texts?.[r] ?? ''}\0`, 0, 'utf8');
      parts.push(annotations);
    }
  }
  return Buffer.concat(parts);
}
