/** Annotation codes of WFDB and their mnemonics, annot(5) and <wfdb/ecgcodes.h>. */

/** Index is the code; '' for the codes without a mnemonic of their own, shown as `[15]`. */
const MNEMONICS = [
  ...['', 'N', 'L', 'R', 'a', 'V', 'F', 'J', 'A', 'S'],
  ...['E', 'j', '/', 'Q', '~', '', '|', '', 's', 'T'],
  ...['*', 'D', '"', '=', 'p', 'B', '^', 't', '+', 'u'],
  ...['?', '!', '[', ']', 'e', 'n', '@', 'x', 'f', '('],
  ...[')', 'r', '', '', '', '', '', '', '', ''],
] as const;

/** Largest code of an annotation; above are the marks of the file format. */
export const LAST_CODE = MNEMONICS.length - 1;
export const NOTE_CODE = 22;

const CODES: ReadonlyMap<string, number> = new Map(
  MNEMONICS.flatMap((symbol, code) => (symbol === '' ? [] : [[symbol, code] as const])),
);

/** Mnemonic of a code 1 to 49; a file's own definitions come first. */
export function symbolOf(code: number, own: ReadonlyMap<number, string> = new Map()): string {
  const symbol = own.get(code) ?? MNEMONICS[code] ?? '';
  return symbol === '' ? `[${code}]` : symbol;
}

/** Code of a mnemonic or of `[15]`; null where WFDB has none. */
export function codeOf(symbol: string): number | null {
  const known = CODES.get(symbol);
  if (known !== undefined) return known;
  const numbered = Number(/^\[(\d{1,2})\]$/.exec(symbol)?.[1] ?? NaN);
  return numbered >= 1 && numbered <= LAST_CODE && MNEMONICS[numbered] === '' ? numbered : null;
}
