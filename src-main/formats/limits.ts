/**
 * What a reader believes of a header before it looks at the data. Above these a file is refused
 * with `too-large` and its number, so that a damaged or hostile header cannot make the program
 * allocate or loop without end. Generous: a 14-day, 12-lead, 1 kHz recording is 29 GB.
 */
export const LIMITS = {
  /** Bytes of a text header (.hea, unisens.xml). */
  headerBytes: 4 * 1024 * 1024,
  /** Bytes of an XML document that holds its samples inline (aECG, MUSE, Sierra). */
  xmlBytes: 256 * 1024 * 1024,
  leads: 512,
  segments: 100_000,
  samplingHz: 200_000,
  /** Samples of one lead. */
  samples: 2 ** 40,
  /** Length of a recording, s: over a year, from the first sample to the last. */
  durationS: 400 * 86_400,
  /** `<` in an XML document, about twice its elements; a 12-lead aECG has a few hundred. */
  xmlTags: 500_000,
  /**
   * Bytes that opening a recording of random access reads of its files, however long they are: a
   * discontinuous EDF+ of more is looked through for its gaps by bisection, which adds about 2 kB
   * for each, and a WFDB header of many segments is read whole.
   */
  openingBytes: 256 * 1024,
  /** Bytes of a table of samples or events that is read whole. */
  textBytes: 64 * 1024 * 1024,
  /** Arrays in a MATLAB file, and their channels altogether. */
  arrays: 10_000,
  /** Bytes that a compressed part may expand to, or that many times its own size where it is large. */
  inflatedBytes: 64 * 1024 * 1024,
  inflationRatio: 64,
  /** Bytes of a file read into memory whole, where a format leaves no other way. */
  wholeFileBytes: 512 * 1024 * 1024,
  /** Uncompressed bytes of one archive member, and of all. */
  archiveMemberBytes: 2 * 1024 * 1024 * 1024,
  archiveMembers: 100_000,
  annotations: 20_000_000,
  /** Recordings listed below one folder. */
  filesPerFolder: 1_000_000,
} as const;
