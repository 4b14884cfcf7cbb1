/** The list of members at the end of a ZIP archive, APPNOTE.TXT 6.3.10 sections 4.3.12 to 4.5.3. */
import { RhythmarkError } from '../../contract/errors.ts';
import { readExactly, type ByteSource } from '../byte-source.ts';
import { LIMITS } from '../limits.ts';

export interface Member {
  /** Path within the archive, parts divided by `/`. */
  readonly name: string;
  /** 0 stored, 8 deflated; others are not read. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Offset of the member's own header. */
  readonly headerAt: number;
}

/** The members of an archive by name, built once for all recordings in it. */
export class MemberList {
  readonly all: readonly Member[];
  readonly #byName: ReadonlyMap<string, Member>;
  readonly #byLowerName: ReadonlyMap<string, Member>;

  constructor(members: readonly Member[]) {
    this.all = members;
    this.#byName = new Map(members.map((member) => [member.name, member]));
    this.#byLowerName = new Map(members.map((member) => [member.name.toLowerCase(), member]));
  }

  /** By its path; one that differs in upper and lower case only where there is no other. */
  find(name: string): Member | undefined {
    return this.#byName.get(name) ?? this.#byLowerName.get(name.toLowerCase());
  }
}

const END_BYTES = 22;
/** An archive's comment has at most 65,535 bytes after the end record. */
const END_SEARCH_BYTES = END_BYTES + 0xffff;
const [END_MARK, END64_MARK, LOCATOR_MARK, ENTRY_MARK] = [
  0x06054b50, 0x06064b50, 0x07064b50, 0x02014b50,
];
const ENTRY_BYTES = 46;
/** A directory entry is 46 bytes, a name and extras: far below a kilobyte each. */
const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024;

interface Directory {
  readonly offset: number;
  readonly bytes: number;
  readonly members: number;
}

/** Members that are files. `damaged-file` where the archive is cut off, `too-large` for absurd ones. */
export async function readMembers(source: ByteSource): Promise<MemberList> {
  const { offset, bytes, members } = await findDirectory(source);
  if (members > LIMITS.archiveMembers || bytes > MAX_DIRECTORY_BYTES)
    throw new RhythmarkError(
      'too-large',
      `The archive announces ${members.toLocaleString('en')} members; at most ${LIMITS.archiveMembers.toLocaleString('en')} are read.`,
    );
  const directory = await readExactly(source, offset, bytes, 'The archive');
  const view = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
  const found: Member[] = [];
  let at = 0;
  for (let i = 0; i < members; i++) {
    if (at + ENTRY_BYTES > bytes || view.getUint32(at, true) !== ENTRY_MARK)
      throw damaged(offset + at);
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const end = at + ENTRY_BYTES + nameBytes + extraBytes + view.getUint16(at + 32, true);
    if (end > bytes) throw damaged(offset + at);
    const member = memberAt(directory, view, at, nameBytes, extraBytes);
    if (!member.name.endsWith('/')) found.push(member);
    at = end;
  }
  return new MemberList(found);
}

function memberAt(
  directory: Uint8Array,
  view: DataView,
  at: number,
  nameBytes: number,
  extraBytes: number,
): Member {
  const flags = view.getUint16(at + 8, true);
  const nameAt = at + ENTRY_BYTES;
  // Bit 11 says UTF-8; what else there is (code page 437 and others) differs in rare letters only.
  const decoder = new TextDecoder(flags & 0x800 ? 'utf-8' : 'latin1');
  const wide = wideSizes(view, nameAt + nameBytes, extraBytes, [
    view.getUint32(at + 24, true),
    view.getUint32(at + 20, true),
    view.getUint32(at + 42, true),
  ]);
  const [bytes = 0, compressedBytes = 0, headerAt = 0] = wide;
  return {
    name: decoder.decode(directory.subarray(nameAt, nameAt + nameBytes)).replaceAll('\\', '/'),
    method: view.getUint16(at + 10, true),
    encrypted: (flags & 1) === 1,
    crc32: view.getUint32(at + 16, true),
    ...{ bytes, compressedBytes, headerAt },
  };
}

/** Numbers that do not fit 32 bits are in the extra field 1, in this order, as far as needed. */
function wideSizes(
  view: DataView,
  from: number,
  length: number,
  narrow: readonly number[],
): readonly number[] {
  if (!narrow.includes(0xffffffff)) return narrow;
  for (let at = from; at + 4 <= from + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    return narrow.map((value) => {
      if (value !== 0xffffffff || next + 8 > from + length) return value;
      next += 8;
      return safe(view.getBigUint64(next - 8, true));
    });
  }
  return narrow;
}

async function findDirectory(source: ByteSource): Promise<Directory> {
  const length = Math.min(source.size, END_SEARCH_BYTES);
  const tailAt = source.size - length;
  const tail = (await readExactly(source, tailAt, length, 'The archive')).slice();
  const view = new DataView(tail.buffer);
  for (let at = length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== END_MARK) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) > length) continue;
    const narrow = {
      members: view.getUint16(at + 10, true),
      bytes: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
    const isWide = narrow.members === 0xffff || narrow.offset === 0xffffffff;
    const directory = isWide ? await wideDirectory(source, tailAt + at) : narrow;
    if (directory.offset + directory.bytes > source.size) throw damaged(tailAt + at);
    return directory;
  }
  throw new RhythmarkError(
    'damaged-file',
    'The archive ends without its list of members. It is cut off: copy it again.',
  );
}

/** ZIP64: a locator of 20 bytes before the end record names the place of the wide one. */
async function wideDirectory(source: ByteSource, endAt: number): Promise<Directory> {
  const locator = await readExactly(source, Math.max(0, endAt - 20), 20, 'The archive');
  const locatorView = new DataView(locator.buffer, locator.byteOffset, 20);
  if (locatorView.getUint32(0, true) !== LOCATOR_MARK) throw damaged(endAt - 20);
  const at = safe(locatorView.getBigUint64(8, true));
  const record = await readExactly(source, at, 56, 'The archive');
  const view = new DataView(record.buffer, record.byteOffset, 56);
  if (view.getUint32(0, true) !== END64_MARK) throw damaged(at);
  return {
    members: safe(view.getBigUint64(32, true)),
    bytes: safe(view.getBigUint64(40, true)),
    offset: safe(view.getBigUint64(48, true)),
  };
}

function safe(value: bigint): number {
  return Number(value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : value);
}

function damaged(at: number): RhythmarkError {
  return new RhythmarkError(
    'damaged-file',
    `The archive's list of members is damaged at byte ${at.toLocaleString('en')}. Copy it again.`,
    `byte ${at}`,
  );
}
