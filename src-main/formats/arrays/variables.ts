/**
 * What array files (MATLAB, HDF5) have in common: named blocks of numbers, of which some are leads,
 * one may be a time axis, and scalars may give the rate. The formats only say what is in the file.
 */

/** A block of numbers. `channel` runs over the shorter axis, samples over the longer one. */
export interface ArrayVariable {
  /** Path in the file: `ECG.data`, `rec/ecg`. */
  readonly name: string;
  readonly channels: number;
  readonly samples: number;
  /** True where the file stores integers. */
  readonly integers: boolean;
  /** Samples [from, to) of one channel. */
  read(channel: number, from: number, to: number): Promise<Float64Array>;
}

export interface ArrayFile {
  readonly format: string;
  readonly variables: readonly ArrayVariable[];
  /** Single numbers by path: candidates for the sampling rate. */
  readonly scalars: ReadonlyMap<string, number>;
  /** Texts by path: candidates for unit, sex, lead names. */
  readonly texts: ReadonlyMap<string, string>;
  /** What is in the file and cannot be leads, as a person is told. */
  readonly leftOut: readonly string[];
  close(): Promise<void>;
}

/** Fewer samples than this are measurements or tables, not a lead. */
export const FEWEST_SAMPLES = 100;

/** More channels than this are a picture or a matrix, not leads. */
export const MOST_CHANNELS = 256;

export function couldHoldLeads(variable: Pick<ArrayVariable, 'channels' | 'samples'>): boolean {
  return variable.samples >= FEWEST_SAMPLES && variable.channels <= MOST_CHANNELS;
}
