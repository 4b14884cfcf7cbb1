/** HL7 v3 time stamps: `YYYYMMDDHHMMSS.UUUU[+|-ZZZZ]`, cut off after any field. */

/** Milliseconds since 1970 of the local digits (no zone applied), or NaN. */
export function millisecondsOf(value: string): number {
  const match = /^(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:\.(\d+))?/.exec(value);
  if (!match) return NaN;
  const [, year = '', month = '01', day = '01', hour = '0', minute = '0', second = '0'] = match;
  const fraction = match[7] === undefined ? 0 : Number(`0.${match[7]}`);
  return (
    Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    ) +
    fraction * 1000
  );
}

/** Local `yyyy-mm-ddThh:mm:ss.sss`, or null where the stamp does not reach the minute. */
export function isoOf(value: string): string | null {
  if (!/^\d{12}/.test(value)) return null;
  const milliseconds = millisecondsOf(value);
  if (Number.isNaN(milliseconds)) return null;
  const iso = new Date(milliseconds).toISOString().slice(0, 23);
  // A day that the calendar has not rolls over into the next month: no start, then.
  return iso.replace(/\D/g, '').startsWith(value.slice(0, 12)) ? iso : null;
}
