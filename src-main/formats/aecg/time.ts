/** HL7 v3 time stamps: `YYYYMMDDHHMMSS.UUUU[+|-ZZZZ]`, cut off after any field. */

/**
 * Milliseconds since 1970 of the local digits (no zone applied); null where the stamp does not reach
 * the minute, or names a day or time of day that does not exist.
 */
export function instantOf(value: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.(\d+))?(?!\d)/.exec(value);
  if (!match) return null;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00'] = match;
  const wholeSecond = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(wholeSecond)) return null;
  // Date rolls 31 February over into March: no such day, then.
  if (new Date(wholeSecond).getUTCDate() !== Number(day)) return null;
  return wholeSecond + (match[7] === undefined ? 0 : Number(`0.${match[7]}`) * 1000);
}

/** Local `yyyy-mm-ddThh:mm:ss.sss`. */
export function isoOf(milliseconds: number): string {
  return new Date(Math.round(milliseconds)).toISOString().slice(0, 23);
}

const SECONDS_PER: Readonly<Record<string, number>> = {
  ...{ s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9, min: 60, h: 3600 },
};

/** Seconds in one of a UCUM unit of time; null for anything else. */
export function secondsPer(unit: string): number | null {
  return SECONDS_PER[unit] ?? null;
}
