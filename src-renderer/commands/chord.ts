/**
 * Keys as commands name them: `K`, `Shift+Right`, `Mod+K`, `Alt+Up`, `?`, `Space`. `Mod` is Cmd
 * on a Mac and Ctrl elsewhere. Letters are the letters on the key caps, whatever the layout.
 */

export interface Chord {
  /** `KeyboardEvent.key`, letters in upper case, arrows without their prefix. */
  readonly key: string;
  readonly mod: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

/** What `matches` needs of a `KeyboardEvent`. */
export interface Press {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export type Platform = 'mac' | 'other';

/** Reads `Mod+Shift+Z`; throws on a modifier that does not exist: a defect of the program. */
export function parseChord(text: string): Chord {
  const parts = text === '+' ? ['+'] : text.split('+');
  const key = parts.pop() ?? '';
  let mod = false;
  let alt = false;
  let shift = false;
  for (const part of parts) {
    if (part === 'Mod') mod = true;
    else if (part === 'Alt') alt = true;
    else if (part === 'Shift') shift = true;
    else throw new Error(`"${text}" is no chord: "${part}" is no modifier.`);
  }
  if (key === '') throw new Error(`"${text}" is no chord: it names no key.`);
  return { key: key.length === 1 ? key.toUpperCase() : key, mod, alt, shift };
}

/** The chord as one string, equal for equal chords. */
export function chordKey(chord: Chord): string {
  return [chord.mod && 'Mod', chord.alt && 'Alt', chord.shift && 'Shift', chord.key]
    .filter(Boolean)
    .join('+');
}

/** The chord of a key press, or null for a press of nothing but a modifier. */
export function chordOf(press: Press, platform: Platform): Chord | null {
  const { key, code } = press;
  if (key === 'Shift' || key === 'Control' || key === 'Alt' || key === 'Meta') return null;
  const mod = platform === 'mac' ? press.metaKey : press.ctrlKey;
  const stray = platform === 'mac' ? press.ctrlKey : press.metaKey;
  if (stray) return null;
  const name = keyName(key, code);
  // The shift that types a character belongs to the character: "?" is "?" on every layout.
  const shift = press.shiftKey && (name.length > 1 || isLetter(name));
  return { key: name, mod, alt: press.altKey, shift };
}

function keyName(key: string, code: string): string {
  if (key === ' ') return 'Space';
  if (key.startsWith('Arrow')) return key.slice('Arrow'.length);
  if (key.length !== 1) return key;
  // On a layout without Latin letters, and with Alt on a Mac, the key cap's position decides.
  if (key > '\u007e') {
    if (code.startsWith('Key')) return code.slice('Key'.length);
    if (code.startsWith('Digit')) return code.slice('Digit'.length);
  }
  return key.toUpperCase();
}

function isLetter(name: string): boolean {
  return /^[A-Z]$/u.test(name);
}

/** For a key cap: `Ctrl K`, `⌘ K`, `Shift Right`. */
export function chordLabel(text: string, platform: Platform): string {
  const chord = parseChord(text);
  const mac = platform === 'mac';
  return [
    chord.mod && (mac ? '⌘' : 'Ctrl'),
    chord.alt && (mac ? '⌥' : 'Alt'),
    chord.shift && (mac ? '⇧' : 'Shift'),
    KEY_WORDS[chord.key] ?? chord.key,
  ]
    .filter(Boolean)
    .join(' ');
}

const KEY_WORDS: Readonly<Record<string, string>> = { Escape: 'Esc', Delete: 'Del' };
