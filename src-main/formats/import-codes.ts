import type { ErrorCode } from '../contract/errors.ts';

/**
 * What each code of an import note means. Scripts depend on codes: one that was published keeps its
 * meaning and is never used for another. docs/import-codes.md is made from this list.
 */
export const IMPORT_CODES: ReadonlyMap<string, string> = new Map([
  // every format
  [
    'choice-remembered',
    'Columns, rate and unit were said by a person for another file of the same shape.',
  ],
  ['duplicate-lead', 'Two leads have the same name; the later one got a number.'],
  ['lead-off', 'The recorder marks a lead as not connected.'],
  ['no-recording', 'The file belongs to no recording; the message says what it is.'],
  ['same-content', 'Another recording of the list, named in the message, holds the same.'],
  ['median-beat', 'The file also holds an averaged beat; open it as the part "median".'],
  ['more-waveforms', 'The file holds further recordings; open them as the parts that are named.'],
  ['unit-chosen', 'The unit of leads that state none was said by a person.'],
  ['xml-encoding', 'The text is not in the encoding declared; it was taken for Windows-1252.'],
  // HL7 aECG
  ['aecg-no-digits', 'A lead is named without samples.'],
  ['aecg-no-scale', 'A lead states no voltage for its values: shown uncalibrated.'],
  // Apple Health
  ['apple-no-unit', 'The file states no unit that is known: shown uncalibrated.'],
  ['apple-short', 'The file holds less than the 30 s that the watch records: it may be cut off.'],
  // arrays: MATLAB and HDF5
  ['array-layout', 'The layout was recognised as that of a known database.'],
  ['array-other', 'Objects, sparse matrices and the like cannot be leads and are not looked into.'],
  ['array-no-unit', 'The file states no unit: shown uncalibrated.'],
  // AliveCor
  ['atc-inverted', 'The recorder marks the recording as inverted; it is shown upright.'],
  ['atc-other-blocks', 'Blocks that hold neither leads nor beats are not shown.'],
  ['atc-second-block', 'A block comes twice; the first one is read.'],
  ['atc-trailing', 'Bytes after the last block are not read.'],
  // DICOM
  [
    'dicom-begins-later',
    'A channel or its group begins later than the first one; it was moved by whole samples.',
  ],
  [
    'dicom-character-set',
    'The object declares no character set and has letters outside ASCII; one was taken.',
  ],
  ['dicom-modality', 'The object states another modality than ECG.'],
  ['dicom-no-channel', 'A channel is not described: shown uncalibrated.'],
  ['dicom-no-sensitivity', 'A channel states no sensitivity: shown uncalibrated.'],
  [
    'dicom-undecoded-text',
    'A text is in no character set that is known, or not in the declared one; what does not decode is marked.',
  ],
  // EDF and BDF
  ['edf-cut-off', 'The file holds fewer data records than its header promises.'],
  ['edf-decimal-comma', 'A number in the header has a decimal comma.'],
  ['edf-gaps', 'The file is discontinuous; its gaps are shown as gaps.'],
  ['edf-header-bytes', 'The header states a wrong length for itself.'],
  ['edf-no-calibration', 'A signal states an unusable range: shown uncalibrated.'],
  ['edf-record-count', 'The header does not state the number of data records; they were counted.'],
  ['edf-record-onset', 'Data records state no usable onset; they follow the one before.'],
  ['edf-trailing-bytes', 'Bytes after the last data record are not read.'],
  // ISHNE
  ['ishne-checksum', "The header's checksum does not fit."],
  ['ishne-cut-off', 'The file holds fewer samples than its header promises.'],
  ['ishne-length-of-all', 'The length in the header was taken as that of all leads together.'],
  ['ishne-no-resolution', 'A lead states no resolution: shown uncalibrated.'],
  ['ishne-trailing', 'The file holds more samples than its header promises; all are read.'],
  // MUSE
  ['muse-begins-later', 'A lead begins later than the others; it was moved by whole samples.'],
  ['muse-checksum', 'The checksum of a lead does not fit its samples.'],
  ['muse-extra-samples', 'A lead holds more samples than it states; they are not read.'],
  ['muse-no-amplitude', 'A lead states no voltage a bit: shown uncalibrated.'],
  ['muse-other-waveforms', 'Waveforms of an unknown type are not shown.'],
  ['muse-time-offset', 'A time offset in an unpublished unit was not applied.'],
  // SCP-ECG
  ['scp-bimodal', 'Between the beats the recorder kept a part of the samples; the rest is drawn.'],
  ['scp-checksum', 'The checksum of the record or of a section does not fit.'],
  ['scp-reference-beat', 'The reference beat that the recorder subtracted was added back.'],
  // Philips Sierra
  [
    'sierra-length',
    'The data holds another number of samples than the duration tells; all are read.',
  ],
  ['sierra-missing-leads', 'The data holds fewer leads than the file names.'],
  ['sierra-no-resolution', 'The file states no voltage a step: shown uncalibrated.'],
  ['sierra-other-waveforms', 'Waveforms of another kind are not shown.'],
  ['sierra-spare-channels', 'The data holds channels that the file declares not valid.'],
  // text
  ['text-columns', 'Columns are no leads and were left out.'],
  ['text-date-order', 'A date may begin with the day or the month: the start is left open.'],
  ['text-gaps', 'The time column has gaps, which are shown as gaps.'],
  ['text-last-line', 'The last line is not whole and was left out.'],
  ['text-no-line-end', 'The file does not end with a line end; its last line was taken as whole.'],
  ['text-no-unit', 'The file states no unit: shown uncalibrated.'],
  ['text-rate-drifts', 'The time column runs at another rate on the whole than at its beginning.'],
  ['text-rate-from-times', 'The sampling rate follows from the time column.'],
  ['text-repeated-times', 'Lines that repeat the time of the line before were left out.'],
  // Unisens
  ['unisens-cut-off', 'A signal file is shorter than unisens.xml promises.'],
  ['unisens-no-lsb', 'unisens.xml states no voltage a step: shown uncalibrated.'],
  ['unisens-other-signals', 'Signals of the folder that are no ECG are not shown.'],
  // WFDB
  ['wfdb-base-time', 'The start in the header is no time and date.'],
  ['wfdb-default-gain', 'The header gives no gain; the default of WFDB was taken: uncalibrated.'],
  ['wfdb-default-rate', 'The header states no sampling rate; the default of WFDB was taken.'],
  ['wfdb-extra-line', 'A line after the last signal was ignored.'],
  ['wfdb-extra-samples', 'A signal file holds more samples than the header states.'],
  ['wfdb-no-line-end', 'The header does not end with a line end; it was taken as whole.'],
  ['wfdb-segment-lengths', 'The lengths of the segments do not add up to what the header states.'],
  ['wfdb-short-signal-line', 'A signal line leaves out fields; their defaults were taken.'],
  ['wfdb-time-without-date', 'The header gives a time of day and no date.'],
]);

/** What a refusal of each code has in common, whatever the file. */
export const REFUSAL_CODES: ReadonlyMap<string, string> = new Map<ErrorCode, string>([
  ['bad-request', 'What was asked of the file does not fit it.'],
  ['not-found', 'The file, or one that it needs beside it, is not there.'],
  ['access-denied', 'The system does not let the file be read.'],
  ['not-a-recording', 'The content is in no format that Rhythmark reads, or is no recording.'],
  [
    'damaged-file',
    'The content contradicts itself or ends early: copy it again from the recorder.',
  ],
  ['needs-choice', 'The file can be read once you say what it leaves open.'],
  ['too-large', 'The file, or a size in its header, is above what is read.'],
  ['disk-full', 'The disk is full.'],
  ['busy', 'Another program holds the file.'],
  ['model-unavailable', 'The model could not be loaded.'],
  ['analysis-stopped', 'The analysis stopped while it had the recording.'],
  ['cancelled', 'Reading was cancelled.'],
  ['unsupported', 'The file was understood, and holds what is not offered here.'],
  ['internal', 'A defect of Rhythmark; the file was not changed.'],
]);
