/** Pointer and wheel as the strips and the paper understand them. */

/** Less movement than this between press and release is a click, px. */
const CLICK_PX = 4;

export interface DragHandlers {
  /** Pressed here; false leaves the press alone. */
  start?: (event: PointerEvent) => boolean;
  move: (dxPx: number, event: PointerEvent) => void;
  click: (event: PointerEvent) => void;
  end?: () => void;
}

/** Svelte attachment: a press that moves drags, one that does not is a click. */
export function draggable(handlers: DragHandlers) {
  return (element: HTMLElement) => {
    let pressed: { readonly x: number; readonly pointer: number; moved: boolean } | null = null;

    const onDown = (event: PointerEvent) => {
      // A captured pointer would take the click away from a button that lies on the drawing.
      if (event.target instanceof Element && event.target.closest('button') !== null) return;
      if (event.button !== 0 || handlers.start?.(event) === false) return;
      pressed = { x: event.clientX, pointer: event.pointerId, moved: false };
      element.setPointerCapture(event.pointerId);
    };
    const onMove = (event: PointerEvent) => {
      if (pressed?.pointer !== event.pointerId) return;
      const dx = event.clientX - pressed.x;
      if (!pressed.moved && Math.abs(dx) < CLICK_PX) return;
      pressed.moved = true;
      handlers.move(dx, event);
    };
    const onUp = (event: PointerEvent) => {
      if (pressed?.pointer !== event.pointerId) return;
      const { moved } = pressed;
      pressed = null;
      if (!moved && event.type === 'pointerup') handlers.click(event);
      handlers.end?.();
    };
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onUp);
    return () => {
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
    };
  };
}

/** What one wheel event asks for: whole notches of a mouse, or the pixels of a touch pad. */
export type WheelStep =
  | { readonly kind: 'notches'; readonly count: number }
  | { readonly kind: 'pixels'; readonly px: number };

/** Chromium reports a mouse notch as 100 or 120 px, or as 3 lines. */
const NOTCH_PX = 100;

export function wheelStep(event: WheelEvent): WheelStep {
  const delta = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
  if (event.deltaMode !== WheelEvent.DOM_DELTA_PIXEL) {
    return { kind: 'notches', count: Math.sign(delta) };
  }
  if (Math.abs(delta) >= NOTCH_PX) {
    return { kind: 'notches', count: Math.trunc(delta / NOTCH_PX) };
  }
  return { kind: 'pixels', px: delta };
}

/** Gathers small movements of a pinch until they make a step of `sizePx`. */
export class StepGatherer {
  readonly #sizePx: number;
  #gathered = 0;

  constructor(sizePx: number) {
    this.#sizePx = sizePx;
  }

  /** -1, 0 or 1. */
  add(delta: number): -1 | 0 | 1 {
    if (delta !== 0 && Math.sign(delta) !== Math.sign(this.#gathered)) this.#gathered = 0;
    this.#gathered += delta;
    if (Math.abs(this.#gathered) < this.#sizePx) return 0;
    this.#gathered = 0;
    return delta > 0 ? 1 : -1;
  }
}

/** Svelte attachment: a wheel listener that may keep the page from zooming or scrolling. */
export function wheel(listener: (event: WheelEvent) => void) {
  return (element: HTMLElement) => {
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      listener(event);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element.removeEventListener('wheel', onWheel);
    };
  };
}
