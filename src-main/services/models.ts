/**
 * Which model classifies: the program's own unless a person chose another. The choice is kept in the
 * library by the network's SHA-256, so that it is never silently another one. A model that turns out
 * not to work gives way to the one that was in force before, with a notice. Where there is none, a
 * person who has put one back asks to look again.
 */
import type { RecordingId } from '../contract/domain.ts';
import type { ModelShelf } from '../contract/model-shelf.ts';
import { RhythmarkError } from '../contract/errors.ts';
import type { Library } from '../review/library.ts';
import type { Analyst, PoolState } from '../rhythm/job.ts';
import { standardPlace } from '../rhythm/model-folder.ts';
import { manifestNaming, modelsIn, type ModelFolder } from '../rhythm/model-shelf.ts';
import type { Analysis } from './analysis.ts';

/** Where models lie. */
export interface ModelPlaces {
  /** Null where the host says which model it is: then there is nothing to choose. */
  readonly folders: readonly ModelFolder[] | null;
  /** Manifest of the model that is in force unless another was chosen (`standardPlace`). */
  readonly standard: string;
}

export interface ModelsOptions {
  readonly library: Library;
  readonly analyst: Analyst;
  readonly analysis: Pick<Analysis, 'interrupt' | 'enqueue' | 'forgetStop'>;
  readonly places: ModelPlaces;
  /** Called when `notice` is another. */
  readonly noticed: () => void;
}

export class Models {
  readonly #options: ModelsOptions;
  readonly #stopListening: () => void;
  #standard: string;
  /** Manifest of the model in force, and of the one to go back to should it fail. */
  #inForce: string;
  #before: string | null = null;
  #notice: string | null = null;
  #choosing = false;

  /** Puts the chosen model in force; to be made before the analyst is started. */
  constructor(options: ModelsOptions) {
    this.#options = options;
    const { analyst, places } = options;
    this.#standard = places.standard;
    this.#inForce = places.standard;
    this.#stopListening = analyst.onState((state) => {
      this.#hear(state);
    });
    const chosen = this.#chosen();
    if (chosen !== null) this.#use(chosen, this.#standard);
  }

  /** What a person has to be told about the model in force; null when it is the one chosen, or none. */
  get notice(): string | null {
    return this.#options.analyst.state.modelFailure === null ? this.#notice : null;
  }

  async list(): Promise<ModelShelf> {
    const { library, places } = this.#options;
    const shelved = await modelsIn(places.folders ?? []);
    const sha256Of = (manifest: string): string | null => {
      const found = shelved.find(({ manifestPath }) => manifestPath === manifest)?.listed;
      return found?.kind === 'usable' ? found.sha256 : null;
    };
    return {
      models: shelved.map(({ listed }) => listed),
      standard: sha256Of(this.#standard),
      inForce: this.#options.analyst.state.model?.sha256 ?? sha256Of(this.#inForce),
      classified: library.recordings.listed().filter(isClassified).length,
    };
  }

  /**
   * Puts a model in force and classifies again what was classified; null is the program's own. What
   * that model has classified before is there at once. Throws `model-unavailable` where it cannot be
   * used (the one before stays in force), `not-found`, `busy` while another choice is carried out.
   */
  async choose(sha256: string | null): Promise<ModelShelf> {
    if (this.#choosing) {
      throw new RhythmarkError('busy', 'Another model is just being loaded.');
    }
    this.#choosing = true;
    try {
      const manifest = await this.#manifestOf(sha256);
      if (manifest !== this.#inForce) await this.#exchange(manifest);
      this.#options.library.preferences.chooseModel(sha256);
      this.#notify(null);
      return await this.list();
    } finally {
      this.#choosing = false;
    }
  }

  /**
   * Where no model could be loaded, looks into the folders again and loads what is in force now.
   * Answers whether there is a model.
   */
  async lookAgain(): Promise<boolean> {
    const { analyst, analysis, places } = this.#options;
    if (analyst.state.modelFailure !== null && !this.#choosing) {
      const shipped = places.folders?.find(({ origin }) => origin === 'program');
      if (shipped) this.#standard = await standardPlace(shipped.path);
      const chosen = this.#chosen();
      this.#use(chosen ?? this.#standard, chosen === null ? null : this.#standard);
      analyst.start();
      await this.#settled();
      if (analyst.state.model !== null) analysis.forgetStop();
    }
    return analyst.state.model !== null;
  }

  close(): void {
    this.#stopListening();
  }

  /** Manifest of the model that a person chose; null where nobody did, and with a notice where it is gone. */
  #chosen(): string | null {
    const { library, places } = this.#options;
    const chosen = places.folders && library.preferences.chosenModel();
    if (places.folders === null || chosen === null) return null;
    const manifest = manifestNaming(places.folders, chosen);
    this.#notice = manifest === null ? CHOSEN_IS_GONE : null;
    return manifest;
  }

  async #manifestOf(sha256: string | null): Promise<string> {
    const { places } = this.#options;
    if (places.folders === null) {
      throw new RhythmarkError('unsupported', 'The model was named at the start of the program.');
    }
    if (sha256 === null) return this.#standard;
    const shelved = await modelsIn(places.folders);
    const found = shelved.find(
      ({ listed }) => listed.kind === 'usable' && listed.sha256 === sha256,
    );
    if (found) return found.manifestPath;
    throw new RhythmarkError('not-found', 'This model is no longer in its folder.');
  }

  async #exchange(manifest: string): Promise<void> {
    const { analysis, library } = this.#options;
    const classified = library.recordings.listed().filter(isClassified);
    const left = new Set<RecordingId>(await analysis.interrupt());
    this.#use(manifest, this.#inForce);
    await this.#settled();
    if (this.#inForce === manifest) analysis.forgetStop();
    // After `settled`: what is queued is what the model in force has not classified.
    analysis.enqueue([
      ...classified,
      ...library.recordings.listed().filter(({ id }) => left.has(id)),
    ]);
    if (this.#inForce === manifest) return;
    throw new RhythmarkError('model-unavailable', this.#notice ?? CHOSEN_IS_GONE);
  }

  #use(manifest: string, before: string | null): void {
    this.#before = before;
    this.#inForce = manifest;
    this.#options.analyst.useModel(manifest);
  }

  /** Resolves when a process has a model, or has none and there is no other to go back to. */
  #settled(): Promise<void> {
    const { analyst } = this.#options;
    const isSettled = ({ model, modelFailure, stopped }: PoolState): boolean =>
      model !== null || ((modelFailure ?? stopped) !== null && this.#before === null);
    if (isSettled(analyst.state)) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = analyst.onState((state) => {
        if (!isSettled(state)) return;
        stop();
        resolve();
      });
    });
  }

  #hear({ model, modelFailure, stopped }: PoolState): void {
    // A network can also take the process down with it while it is loaded.
    const failure = modelFailure ?? (model === null ? stopped : null);
    if (failure === null || this.#before === null) return;
    const before = this.#before;
    this.#use(before, before === this.#standard ? null : this.#standard);
    this.#notify(`${failure.message} The model from before is in use.`);
  }

  #notify(notice: string | null): void {
    if (notice === this.#notice) return;
    this.#notice = notice;
    this.#options.noticed();
  }
}

const CHOSEN_IS_GONE =
  'The model that was chosen is no longer in its folder. The program’s own model is in use.';

function isClassified({ status }: { readonly status: string }): boolean {
  return status === 'classified';
}
