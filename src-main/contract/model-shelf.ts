/** The models that can be chosen from, as the settings list them. */

/** A model in one of the models folders. `origin`: came with the program, or laid there by a person. */
export type ListedModel =
  | {
      readonly kind: 'usable';
      readonly origin: 'program' | 'own';
      /** Its manifest, without a folder. */
      readonly file: string;
      readonly name: string;
      readonly version: string;
      readonly sha256: string;
      readonly description: string | null;
      /** Measured figures, each a line with its set, as the manifest words them. */
      readonly figures: readonly string[];
      /** Name and version of the model that it was fine-tuned from. */
      readonly basedOn: string | null;
      readonly learnedFrom: readonly { readonly name: string; readonly licence: string | null }[];
    }
  | {
      readonly kind: 'unusable';
      readonly origin: 'program' | 'own';
      readonly file: string;
      readonly reason: string;
    };

export interface ModelShelf {
  readonly models: readonly ListedModel[];
  /** SHA-256 of the one that is in force where nobody chose, and of the one in force. */
  readonly standard: string | null;
  readonly inForce: string | null;
  /** Recordings that another model would classify again. */
  readonly classified: number;
}
