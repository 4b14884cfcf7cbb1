/** A file that leaves open how it is read: what is known of it, and what a person says. */

/** What is known and open about a delimited text file, with a preview. */
export interface TextPreview {
  /** Lines of text, or the arrays of a MATLAB or HDF5 file, which no character parts. */
  readonly holds: 'table' | 'arrays';
  readonly delimiter: string;
  readonly decimal: '.' | ',';
  readonly headerRows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly role: 'time' | 'lead' | 'ignore';
    readonly first: readonly string[];
  }[];
  readonly samplingHz: number | null;
  readonly unit: 'mV' | 'uV' | 'V' | 'unknown';
  /** Every question still open: `samplingHz`, `columns`. Empty means it can be opened as it is. */
  readonly open: readonly ('samplingHz' | 'columns')[];
  /** The first 10 s of the first lead under the present choice, in its unit. */
  readonly trace: { readonly samplingHz: number; readonly values: Float32Array } | null;
}

export interface TextChoice {
  readonly delimiter: string;
  readonly decimal: '.' | ',';
  readonly headerRows: number;
  readonly roles: readonly ('time' | 'lead' | 'ignore')[];
  readonly samplingHz: number | null;
  readonly unit: 'mV' | 'uV' | 'V' | 'unknown';
  /** Set where it was said of another file of the same shape; noted then. */
  readonly remembered?: true;
}
