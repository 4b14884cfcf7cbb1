/** The window as a whole, in a browser or in Electron: what every specification begins with. */
import { expect, type Locator, type Page } from '@playwright/test';
import { Review } from './review.ts';
import { Worklist } from './worklist.ts';

export type View = 'empty' | 'worklist' | 'review';

export class App {
  readonly page: Page;
  readonly worklist: Worklist;
  readonly review: Review;
  /** `html`, which says by `data-idle` when nothing is under way, and by `data-theme` the theme. */
  readonly root: Locator;
  readonly job: Locator;
  readonly status: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.root = page.locator('html');
    this.job = page.locator('[data-region="job"]');
    this.status = page.locator('[data-region="status"]');
    this.dialog = page.locator('[data-modal]');
    this.worklist = new Worklist(page, () => this.idle());
    this.review = new Review(page, () => this.idle());
  }

  /** Waits until the window has come to rest; never sleeps. */
  async idle(): Promise<void> {
    // Making the demo recordings, or reading a folder, takes its time on a busy machine.
    await expect(this.root).toHaveAttribute('data-idle', 'true', { timeout: 90_000 });
  }

  async shows(view: View): Promise<void> {
    await expect(this.page.locator('.app')).toHaveAttribute('data-view', view);
    await this.idle();
  }

  /** Presses a key or a chord, such as `ArrowRight` or `ControlOrMeta+K`. */
  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
    await this.idle();
  }

  /** Clicks the first thing on the screen that runs a command, such as `file.openDemo`. */
  async click(command: string): Promise<void> {
    await this.page.locator(`[data-command="${command}"]`).first().click();
    await this.idle();
  }

  /** Runs a command by its title through "find or run". */
  async run(title: string): Promise<void> {
    await this.press('ControlOrMeta+K');
    await this.page.getByRole('combobox').fill(title);
    await this.page.keyboard.press('Enter');
    await this.idle();
  }

  /** From the first start to the list of the demo recordings. */
  async openDemo(): Promise<void> {
    await this.shows('empty');
    await this.click('file.openDemo');
    await this.shows('worklist');
  }

  /** Waits until nothing is queued or being classified. */
  async classified(): Promise<void> {
    // A recording of 24 h takes its time on a busy machine.
    const timeout = 120_000;
    // The list knows of recordings that wait before the run that takes them on has begun.
    if (await this.worklist.tabs.count()) {
      for (const set of ['waiting', 'classifying']) {
        await expect(this.page.locator(`[data-tab="${set}"]`)).toHaveText(/\D0\s*$/, { timeout });
      }
    }
    await expect(this.job.and(this.page.locator('[data-state="running"]'))).toHaveCount(0, {
      timeout,
    });
    await this.idle();
  }
}
