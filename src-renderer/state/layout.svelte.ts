/** Sizes and folds that more than one view must know. */
import { remember, remembered } from './remembered.ts';

const NARROW = window.matchMedia('(max-width: 1399px)');

class Layout {
  /** Rows of the worklist that fit its pane; a page for PageUp and PageDown. */
  pageRows: number = $state(20);
  /** On a wide window the rail is there unless the reader folds it. */
  railFolded: boolean = $state(remembered('rail') === 'folded');
  /** On a narrow one it is folded until the reader unfolds it over the paper. */
  railUnfolded: boolean = $state(false);

  unfoldRail(): void {
    if (NARROW.matches ? !this.railUnfolded : this.railFolded) this.toggleRail();
  }

  toggleRail(): void {
    if (NARROW.matches) {
      this.railUnfolded = !this.railUnfolded;
      return;
    }
    this.railFolded = !this.railFolded;
    remember('rail', this.railFolded ? 'folded' : 'unfolded');
  }
}

export const layout = new Layout();
