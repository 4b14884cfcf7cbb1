/**
 * Local start times, as every format gives them: kept only where the calendar has them, since a
 * start that does not exist would shift every clock time on the screen.
 */

/** `yyyy-mm-ddThh:mm:ss.sss` itself, or null where there is no such day or time of day. */
export function existingStamp(stamp: string | null): string | null {
  if (stamp === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/.test(stamp)) return null;
  const time = Date.parse(`${stamp}Z`);
  // Date rolls 31 February over into March: only a stamp that comes back as it was exists.
  return !Number.isNaN(time) && new Date(time).toISOString() === `${stamp}Z` ? stamp : null;
}

/** `yyyy-mm-dd` itself, or null where there is no such day. */
export function existingDate(date: string | null): string | null {
  return date !== null && existingStamp(`${date}T00:00:00.000`) !== null ? date : null;
}
