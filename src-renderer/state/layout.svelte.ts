/** Sizes and folds that more than one view must know. */
import { remember, remembered } from './remembered.ts';

class Layout {
  /** Rows of the worklist that fit its pane; a page for PageUp and PageDown. */
  pageRows: number = $state(20);
  /** On a narrow window the rail is folded until the reader unfolds it over the paper. */
  railUnfolded: boolean = $state(remembered('rail') === 'unfolded');

  toggleRail(): void {
    this.railUnfolded = !this.railUnfolded;
    remember('rail', this.railUnfolded ? 'unfolded' : 'folded');
  }
}

export const layout = new Layout();
