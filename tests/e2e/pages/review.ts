/** One recording on paper. */
import { type Locator, type Page } from '@playwright/test';

export class Review {
  readonly rail: Locator;
  readonly paper: Locator;
  readonly minute: Locator;
  readonly day: Locator;
  readonly verdict: Locator;
  /** The model's verdict on the selected window, one or two words. */
  readonly verdictWord: Locator;
  /** The accessible list of the windows on the paper; its current row is the selected one. */
  readonly windows: Locator;
  readonly selectedWindow: Locator;
  readonly #page: Page;
  readonly #idle: () => Promise<void>;

  constructor(page: Page, idle: () => Promise<void>) {
    this.#page = page;
    this.#idle = idle;
    this.rail = page.locator('[data-region="rail"]');
    this.paper = page.locator('[data-region="paper"]');
    this.minute = page.locator('[data-region="minute"]');
    this.day = page.locator('[data-region="day"]');
    this.verdict = page.locator('[data-region="verdict"]');
    this.verdictWord = page.getByTestId('verdict-word');
    this.windows = page.getByTestId('windows').locator('tbody tr');
    this.selectedWindow = page.getByTestId('windows').locator('tr[aria-current="true"]');
  }

  /** Clock time or time from the start of the selected window, as the list says it. */
  selectedTime(): Promise<string> {
    return this.selectedWindow.getByRole('rowheader').innerText();
  }

  /** Whether any pixel of the leads' own drawings is coloured. */
  traceIsInked(): Promise<boolean> {
    return this.#page.locator('.lead-plot canvas').evaluateAll((canvases) =>
      canvases.some((canvas) => {
        if (!(canvas instanceof HTMLCanvasElement)) return false;
        const { width, height } = canvas;
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data;
        return pixels?.some((value) => value > 0) ?? false;
      }),
    );
  }

  async nextWindow(): Promise<void> {
    await this.#page.keyboard.press('ArrowRight');
    await this.#idle();
  }

  async previousWindow(): Promise<void> {
    await this.#page.keyboard.press('ArrowLeft');
    await this.#idle();
  }

  /** Turns the wheel over a strip, in pixels as a browser reports them. */
  async wheel(over: Locator, deltaX: number, deltaY: number): Promise<void> {
    await over.hover();
    await this.#page.mouse.wheel(deltaX, deltaY);
    await this.#idle();
  }

  /** Drags from the middle of a strip by a number of pixels. */
  async drag(strip: Locator, dx: number, steps = 8): Promise<void> {
    await this.dragOnly(strip, dx, steps);
    await this.#idle();
  }

  /** The same without waiting for what it brings about. */
  async dragOnly(strip: Locator, dx: number, steps: number): Promise<void> {
    const box = await strip.boundingBox();
    if (!box) throw new Error('The strip is not on the screen.');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await this.#page.mouse.move(x, y);
    await this.#page.mouse.down();
    await this.#page.mouse.move(x + dx, y, { steps });
    await this.#page.mouse.up();
  }
}
