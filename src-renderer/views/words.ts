/** Times, sizes and shares as the screen writes them; see "Words" of the screen's specification. */

/** Grouped with commas: `12,345`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `1 recording`, `12 recordings`, with the plural that English asks for. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/**
 * A length of time in two units at most: `13 d 22 h`, `47 h 12 min`, `41 min 30 s`, `9.5 s`, `6 ms`. Days are
 * counted from three on: recordings of a day or two are compared by their hours.
 */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return 'not stated';
  if (seconds > 0 && seconds < 0.1) return `${Number((seconds * 1000).toPrecision(2))} ms`;
  if (seconds < 10 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const d = whole >= 3 * 86_400 ? Math.floor(whole / 86_400) : 0;
  const h = Math.floor((whole - d * 86_400) / 3600);
  const min = Math.floor((whole % 3600) / 60);
  const s = whole % 60;
  if (d > 0) return h > 0 ? `${d} d ${h} h` : `${d} d`;
  if (h > 0) return `${h} h ${String(min).padStart(2, '0')} min`;
  if (min > 0) return s > 0 ? `${min} min ${s} s` : `${min} min`;
  return `${s} s`;
}

/** Time left, rounded as an estimate deserves: `about 3 min left`. */
export function timeLeft(seconds: number): string {
  if (seconds < 10) return 'a few seconds left';
  if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} s left`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} min left`;
  const hours = seconds / 3600;
  return `about ${hours < 10 ? hours.toFixed(1) : Math.round(hours)} h left`;
}

/**
 * A share of `whole` in per cent: `6.8 %`, `0 %`, `100 %`. A share that is there but rounds away
 * says so (`< 0.1 %`), and one that is not all never reads 100. Null when there is no whole.
 */
export function share(part: number, whole: number): string | null {
  if (!(whole > 0)) return null;
  const percent = (100 * part) / whole;
  if (part <= 0) return '0 %';
  if (part >= whole) return '100 %';
  if (percent < 0.05) return '< 0.1 %';
  return `${Math.min(99.9, percent).toFixed(1)} %`;
}

/** `601 MB`; decimal units, as file managers and recorders' manuals count. */
export function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  const digits = unit > 0 && size < 10 ? 1 : 0;
  return `${size.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** From the contract's `yyyy-mm-ddThh:mm:ss.sss` to `yyyy-mm-dd hh:mm`; null stays `not stated`. */
export function startTime(start: string | null): string {
  return start === null ? 'not stated' : start.slice(0, 16).replace('T', ' ');
}

/** `300 Hz`, `128.5 Hz`, `1,000 Hz`. */
export function rate(samplingHz: number): string {
  return `${samplingHz.toLocaleString('en-US', { maximumFractionDigits: 2 })} Hz`;
}
