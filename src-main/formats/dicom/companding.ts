/** 8-bit mu-law and A-law to linear, ITU-T G.711: the encodings MB and AB of DICOM waveforms. */
export const companded = {
  muLaw(code: number): number {
    const inverted = ~code & 0xff;
    const magnitude = (((inverted & 0x0f) << 3) + 0x84) << ((inverted & 0x70) >> 4);
    return (inverted & 0x80) === 0 ? magnitude - 0x84 : 0x84 - magnitude;
  },
  aLaw(code: number): number {
    const toggled = code ^ 0x55;
    const segment = (toggled & 0x70) >> 4;
    const step = (toggled & 0x0f) << 4;
    const magnitude = segment === 0 ? step + 8 : (step + 0x108) << (segment - 1);
    return (toggled & 0x80) === 0 ? -magnitude : magnitude;
  },
} as const;
