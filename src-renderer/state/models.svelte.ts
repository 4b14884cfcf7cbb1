/** The models there are to choose from, and the choice before it is carried out. */
import type { ModelShelf } from '../../src-main/contract/model-shelf.ts';
import { host } from '../host/client.ts';
import { notices, reportFailure } from './notices.svelte.ts';

class Models {
  /** Null until it was asked for. */
  shelf: ModelShelf | null = $state.raw(null);
  /** SHA-256 of the one that was picked and is not in force yet. */
  picked: string | null = $state(null);
  #act: 'none' | 'looking' | 'choosing' = $state('none');
  readonly changing: boolean = $derived(this.#act !== 'none');
  readonly choosing: boolean = $derived(this.#act === 'choosing');

  async load(): Promise<void> {
    this.picked = null;
    try {
      this.shelf = await host.call('models.list', {});
    } catch (error) {
      reportFailure('The models could not be listed.', error);
    }
  }

  pick(sha256: string): void {
    this.picked = sha256 === this.shelf?.inForce ? null : sha256;
  }

  /** Looks for one that was put back where there was none; answers whether there is a model now. */
  async lookAgain(): Promise<boolean> {
    if (this.changing) return false;
    this.#act = 'looking';
    try {
      const found = await host.call('models.lookAgain', {});
      if (found) notices.toast('The model was found.');
      return found;
    } catch (error) {
      reportFailure('The models could not be looked for.', error);
      return false;
    } finally {
      this.#act = 'none';
    }
  }

  #nameInForce(): string {
    const { models, inForce } = this.shelf ?? { models: [], inForce: null };
    const found = models.find((model) => model.kind === 'usable' && model.sha256 === inForce);
    return found?.kind === 'usable' ? `${found.name} ${found.version}` : 'The model';
  }

  /** Puts the picked model in force. */
  async use(): Promise<void> {
    const { picked, shelf } = this;
    if (picked === null || shelf === null || this.changing) return;
    this.#act = 'choosing';
    try {
      this.shelf = await host.call('models.choose', {
        sha256: picked === shelf.standard ? null : picked,
      });
      this.picked = null;
      notices.toast(`${this.#nameInForce()} is in use now.`);
    } catch (error) {
      reportFailure('The model was not changed.', error);
      await this.load();
    } finally {
      this.#act = 'none';
    }
  }
}

export const models = new Models();
