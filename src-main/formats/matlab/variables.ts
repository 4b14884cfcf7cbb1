/** What the MATLAB readers find in a file: named numeric arrays and texts, structures flattened. */
import { RhythmarkError } from '../../contract/errors.ts';
import { LIMITS } from '../limits.ts';
import type { Numbers } from './numbers.ts';

/** A two-dimensional array, column-major as MATLAB keeps it. `name` is a path: `ECG.data`. */
export interface MatrixVariable {
  readonly kind: 'matrix';
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly values: Numbers;
}

export interface TextVariable {
  readonly kind: 'text';
  readonly name: string;
  readonly text: string;
}

/** What is there and cannot be leads: an object of MATLAB's, a sparse matrix, more than two axes. */
export interface OtherVariable {
  readonly kind: 'other';
  readonly name: string;
  /** As a person is told: `an object of class table`. */
  readonly what: string;
}

export type Variable = MatrixVariable | TextVariable | OtherVariable;

export function damagedMat(what: string, at: number): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `The MATLAB file ${what}, at byte ${at.toLocaleString('en')}. It is cut off or damaged: save it again.`,
  );
}

/** Adds a variable; `too-large` above the number that any recording has. */
export function addVariable(variables: Variable[], variable: Variable): void {
  if (variables.length >= LIMITS.arrays) {
    throw new RhythmarkError(
      'too-large',
      `The MATLAB file holds over ${LIMITS.arrays.toLocaleString('en')} arrays, more than any recording.`,
    );
  }
  variables.push(variable);
}

/** Number of elements of `rows` x `columns`, or an error where no such array can be in the file. */
export function elementCount(rows: number, columns: number, most: number, at: number): number {
  const count = rows * columns;
  if (rows < 0 || columns < 0 || !Number.isSafeInteger(count) || count > most) {
    throw damagedMat(`states an array of ${rows} x ${columns}, more than it can hold`, at);
  }
  return count;
}
