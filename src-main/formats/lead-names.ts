/** Lead names as readers know them, out of the code systems of the exchange formats. */

/** The leads of a resting ECG, in the order in which most formats have them. */
export const STANDARD_12 = [
  ...(['I', 'II', 'III', 'aVR', 'aVL', 'aVF'] as const),
  ...(['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const),
] as const;

/** ISO/IEEE 11073-10101 and EN 1064 lead numbers of the leads in everyday use. */
const BY_SCP_CODE: Readonly<Record<number, string>> = {
  1: 'I',
  2: 'II',
  3: 'V1',
  4: 'V2',
  5: 'V3',
  6: 'V4',
  7: 'V5',
  8: 'V6',
  9: 'V7',
  10: 'V2R',
  11: 'V3R',
  12: 'V4R',
  13: 'V5R',
  14: 'V6R',
  15: 'V7R',
  16: 'X',
  17: 'Y',
  18: 'Z',
  19: 'CC5',
  20: 'CM5',
  21: 'LA',
  22: 'RA',
  23: 'LL',
  24: 'fI',
  25: 'fE',
  26: 'fC',
  27: 'fA',
  28: 'fM',
  29: 'fF',
  30: 'fH',
  61: 'III',
  62: 'aVR',
  63: 'aVL',
  64: 'aVF',
  65: '-aVR',
  66: 'V8',
  67: 'V9',
  68: 'V8R',
  69: 'V9R',
};

/** Name of an EN 1064 (SCP-ECG) lead number; `Lead 99` for one outside the table. */
export function leadOfScpCode(code: number): string {
  return BY_SCP_CODE[code] ?? `Lead ${code}`;
}

/**
 * `Lead I (Einthoven)`, `MDC_ECG_LEAD_AVR`, `ECG Lead V1`, `aVR, augmented voltage, right` ->
 * `I`, `aVR`, `V1`, `aVR`; what is no known lead is kept as the file writes it.
 */
export function leadNameOf(text: string): string {
  const bare = text
    .replace(/^MDC_ECG_LEAD_/i, '')
    .replace(/^(ECG\s+)?lead\s+/i, '')
    .replace(/\s*[(,].*$/, '')
    .trim();
  const known = KNOWN.get(bare.toLowerCase());
  return known ?? text.trim();
}

const KNOWN = new Map(Object.values(BY_SCP_CODE).map((name) => [name.toLowerCase(), name]));
