/** Office documents are ZIP archives too, known by their first member. */

const SIGNATURE = 'PK\x03\x04';
const FIRST_MEMBERS = ['[Content_Types].xml', '_rels/', 'word/', 'xl/', 'ppt/', 'mimetype'];

/** Whether the first bytes of a file are those of a document of Word, Excel, LibreOffice ... */
export function isOfficeDocument(head: Uint8Array): boolean {
  const text = Array.from(head.subarray(0, 64), (byte) => String.fromCharCode(byte)).join('');
  // Local file header: the member's name begins at byte 30 (APPNOTE 4.3.7).
  const member = text.slice(30);
  return text.startsWith(SIGNATURE) && FIRST_MEMBERS.some((name) => member.startsWith(name));
}
