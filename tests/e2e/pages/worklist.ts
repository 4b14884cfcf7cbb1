/** The list of recordings. Its rows are virtual: only those near the screen exist. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { RecordingStatus } from '../../../src-main/contract/domain.ts';

export class Worklist {
  readonly grid: Locator;
  readonly rows: Locator;
  readonly filter: Locator;
  readonly tabs: Locator;
  readonly pane: Locator;
  readonly #idle: () => Promise<void>;

  constructor(page: Page, idle: () => Promise<void>) {
    this.grid = page.getByRole('grid', { name: 'Recordings' });
    this.rows = this.grid.locator('[role="row"][data-id]');
    this.filter = page.locator('input[data-filter]');
    this.tabs = page.getByRole('tablist', { name: 'Sets' }).getByRole('tab');
    this.pane = page.locator('[data-region="pane"]');
    this.#idle = idle;
  }

  /** The row of the recording with exactly this name. */
  row(name: string): Locator {
    return this.rows.filter({ has: this.grid.page().getByText(name, { exact: true }) });
  }

  /** Recordings in the list as it is shown, filtered or not, on the screen or not. */
  async count(): Promise<number> {
    // `aria-rowcount` counts the heading too.
    return Number(await this.grid.getAttribute('aria-rowcount')) - 1;
  }

  /** Names of the rows that exist, from top to bottom. */
  names(): Promise<string[]> {
    return this.rows.locator('.name > .clip:first-child').allInnerTexts();
  }

  async focus(name: string): Promise<void> {
    await this.row(name).click();
    await this.#idle();
  }

  async open(name: string): Promise<void> {
    await this.row(name).dblclick();
    await this.#idle();
  }

  async sortBy(column: string): Promise<void> {
    const heading = this.grid.getByRole('columnheader', { name: column });
    const before = (await heading.getAttribute('aria-sort')) ?? '';
    await heading.getByRole('button').click();
    // The window rests before the click and after it: only the heading tells which of the two.
    await expect(heading).not.toHaveAttribute('aria-sort', before);
    await this.#idle();
  }

  async filterBy(text: string): Promise<void> {
    await this.filter.fill(text);
    await this.#idle();
  }

  async hasStatus(name: string, status: RecordingStatus): Promise<void> {
    await expect(this.row(name)).toHaveAttribute('data-status', status);
  }
}
