/** Bits of a byte buffer, most significant first, as FLAC packs them (RFC 9639, section 5). */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** Next byte to go into the cache. */
  #at: number;
  /** Bits not yet taken, left-aligned. */
  #cache = 0;
  #cached = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** True once more was read than the buffer holds; the rest read as zeros. */
  get exhausted(): boolean {
    return this.#at - (this.#cached >> 3) > this.#bytes.length;
  }

  /** Byte of the next bit, which must be the first of one. */
  get byteOffset(): number {
    return this.#at - (this.#cached >> 3);
  }

  /** An unsigned number of 0 to 24 bits. */
  unsigned(bits: number): number {
    if (bits === 0) return 0;
    this.#fill();
    const value = this.#cache >>> (32 - bits);
    this.#cache <<= bits;
    this.#cached -= bits;
    return value;
  }

  /** A number in two's complement of 0 to 32 bits. */
  signed(bits: number): number {
    if (bits > 24) {
      const high = this.unsigned(bits - 16);
      return ((high << (48 - bits)) >> (48 - bits)) * 65536 + this.unsigned(16);
    }
    const value = this.unsigned(bits);
    return bits === 0 ? 0 : (value << (32 - bits)) >> (32 - bits);
  }

  /** The number of 0 bits before the next 1, which is taken too. */
  zeros(): number {
    let count = 0;
    for (;;) {
      this.#fill();
      const leading = Math.clz32(this.#cache);
      if (leading < this.#cached) {
        this.#cache <<= leading;
        this.#cache <<= 1; // two shifts: one by 32 would do nothing
        this.#cached -= leading + 1;
        return count + leading;
      }
      count += this.#cached;
      this.#cache = 0;
      this.#cached = 0;
      if (this.exhausted) return count;
    }
  }

  /** Goes to the first bit of the next byte, unless it is at one. */
  align(): void {
    const odd = this.#cached % 8;
    this.#cache <<= odd;
    this.#cached -= odd;
  }

  #fill(): void {
    const bytes = this.#bytes;
    while (this.#cached <= 24) {
      this.#cache |= (bytes[this.#at++] ?? 0) << (24 - this.#cached);
      this.#cached += 8;
    }
  }
}
