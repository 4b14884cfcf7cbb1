/**
 * Whether the window has come to rest: no call in flight, no batch of rows waiting, nothing
 * moving. `html[data-idle]` says so for the tests, which wait for it instead of sleeping.
 */

let working = 0;
let check = 0;

/** Marks the start of something that will change the screen; call the answer when it is done. */
export function busy(): () => void {
  working++;
  show(false);
  let open = true;
  return () => {
    if (!open) return;
    open = false;
    working--;
    if (working === 0) settle();
  };
}

/** Two frames: one in which what arrived is rendered, one in which it has been painted. */
function settle(): void {
  cancelAnimationFrame(check);
  check = requestAnimationFrame(() => {
    check = requestAnimationFrame(() => {
      if (working === 0) show(true);
    });
  });
}

function show(idle: boolean): void {
  const value = String(idle);
  if (document.documentElement.dataset['idle'] !== value) {
    document.documentElement.dataset['idle'] = value;
  }
}
