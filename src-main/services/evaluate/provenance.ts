/** Had the model seen the set before? Decides whether a figure may be called a test. */
import type { LearnedFrom, Provenance } from '../../report/evaluation/evaluation.ts';
import type { SetToEvaluate } from './evaluated-set.ts';

/** MIT-BIH's DS1 (de Chazal et al. 2004, IEEE Trans Biomed Eng 51:1196) and the paced records. */
const MITDB_DS1: ReadonlySet<string> = new Set(
  (
    '101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223 230 ' +
    '102 104 107 217'
  ).split(' '),
);

/**
 * `trainingData` is the manifest's. A set is known by its kind or its folder's name, MIT-BIH also
 * by its records' names, since they are often copied to a folder of another name.
 */
export function provenanceOf(
  set: Pick<SetToEvaluate, 'name' | 'kind' | 'recordings'>,
  trainingData: readonly LearnedFrom[] | null,
): Provenance {
  if (trainingData === null || trainingData.length === 0) {
    return {
      kind: 'unstated',
      statement:
        "The model's manifest does not say what it learned from: these figures cannot be called an external result.",
    };
  }
  const names = new Set([set.name.toLowerCase()]);
  if (set.recordings.some(({ recording }) => MITDB_DS1.has(recording))) names.add('mitdb-ds1');
  const learned = trainingData.find(({ name }) => names.has(name.toLowerCase()));
  if (learned) {
    return {
      kind: 'learned-from',
      statement:
        `Not an external result: the model learned from ${learned.name} ` +
        `(${learned.recordings.toLocaleString('en')} of its recordings). The figures are better than they would be on recordings that it has never seen.`,
    };
  }
  return {
    kind: 'external',
    statement: `External: the model's manifest does not name ${set.name} among the sets that it learned from.`,
  };
}
