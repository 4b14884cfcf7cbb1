/** What a conversion could not keep, one line each with a stable code, as the import notes have. */

export interface LossNote {
  readonly code:
    | 'convert-rounded'
    | 'convert-start-fraction'
    | 'convert-patient'
    | 'convert-label'
    | 'convert-gain'
    | 'convert-annotation-before-start'
    | 'convert-annotation-fields'
    | 'convert-annotation-length'
    | 'convert-annotations'
    | 'convert-device'
    | 'convert-calibration';
  readonly message: string;
}

export class LossNotes {
  readonly #notes = new Map<string, LossNote>();

  /** The same thing is said once. */
  add(code: LossNote['code'], message: string): void {
    this.#notes.set(`${code} ${message}`, { code, message });
  }

  get all(): readonly LossNote[] {
    return [...this.#notes.values()];
  }
}
