/**
 * CRC-16/CCITT with polynomial 0x1021 and initial value 0xFFFF, most significant bit first: the
 * checksum of ISHNE headers and of SCP-ECG records and sections.
 */
export function crcCcitt(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (let i = 0; i < bytes.length; i++) {
    crc = ((crc << 8) ^ (TABLE[(crc >> 8) ^ (bytes[i] ?? 0)] ?? 0)) & 0xffff;
  }
  return crc;
}

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});
