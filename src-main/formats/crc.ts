/**
 * CRC-16/CCITT with polynomial 0x1021 and initial value 0xFFFF, most significant bit first: the
 * checksum of ISHNE headers and of SCP-ECG records and sections. Four bytes at a time ("slicing"):
 * a checksum byte by byte took longer than everything else about a record.
 */
export function crcCcitt(bytes: Uint8Array): number {
  const { length } = bytes;
  let crc = 0xffff;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    crc =
      (TABLE[0x300 | ((crc >> 8) ^ (bytes[i] ?? 0))] ?? 0) ^
      (TABLE[0x200 | ((crc & 0xff) ^ (bytes[i + 1] ?? 0))] ?? 0) ^
      (TABLE[0x100 | (bytes[i + 2] ?? 0)] ?? 0) ^
      (TABLE[bytes[i + 3] ?? 0] ?? 0);
  }
  for (; i < length; i++) crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ (bytes[i] ?? 0)] ?? 0);
  return crc;
}

/** What a byte adds to the checksum where none, one, two and three bytes follow it. */
const TABLE = Uint16Array.from({ length: 4 * 256 }, (_, index) => {
  let crc = (index & 0xff) << 8;
  for (let bit = 0; bit < 8 * (1 + (index >> 8)); bit++)
    crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});
