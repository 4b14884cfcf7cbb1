/** The page's own chooser of files and folders, for hosts without a native dialog. */
import { type Locator, type Page } from '@playwright/test';

export class Chooser {
  readonly dialog: Locator;
  readonly list: Locator;
  readonly entries: Locator;
  /** The entry under the cursor. */
  readonly current: Locator;
  /** Name of the folder that is shown. */
  readonly folder: Locator;
  /** The field that a path is typed into. */
  readonly path: Locator;
  readonly #page: Page;
  readonly #idle: () => Promise<void>;

  constructor(page: Page, idle: () => Promise<void>, title = 'Open recordings') {
    this.#page = page;
    this.dialog = page.getByRole('dialog', { name: title });
    this.list = this.dialog.getByRole('listbox');
    this.entries = this.list.getByRole('option');
    this.current = this.list.locator('.entry.at');
    this.folder = this.dialog.locator('.path > .b');
    this.path = this.dialog.getByRole('combobox', { name: 'Path of a file or folder' });
    this.#idle = idle;
  }

  /** Begins a path with its first letter in the list, and pastes the rest. */
  async type(path: string): Promise<void> {
    await this.#page.keyboard.press(path.slice(0, 1));
    await this.#page.keyboard.insertText(path.slice(1));
    await this.#idle();
  }

  /** From wherever it is to a folder by its absolute path, with the keyboard alone. */
  async goTo(path: string): Promise<void> {
    await this.list.focus();
    await this.type(path);
    await this.#page.keyboard.press('Enter');
    await this.#idle();
  }

  /** Puts the cursor on the entry with exactly this name: by letters, then by arrows. */
  async find(name: string): Promise<void> {
    await this.#page.keyboard.press('Home');
    await this.#page.keyboard.type(name);
    // Others may begin with the same letters; names are in order, so the exact one is below.
    for (let step = 0; step < 50; step++) {
      if ((await this.current.locator('.grow').innerText()) === name) return;
      await this.#page.keyboard.press('ArrowDown');
    }
    throw new Error(`The chooser lists no ${name} here.`);
  }
}
