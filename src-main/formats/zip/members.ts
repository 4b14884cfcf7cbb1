/** Members of an archive as files: stored ones in place, deflated ones expanded under a ceiling. */
import { posix } from 'node:path';
import { crc32 } from 'node:zlib';
import { RhythmarkError } from '../../contract/errors.ts';
import { bytesOf, readExactly, type ByteSource } from '../byte-source.ts';
import { inflated, inflationRoom } from '../inflate.ts';
import { LIMITS } from '../limits.ts';
import type { Siblings } from '../reader.ts';
import type { Member, MemberList } from './directory.ts';

const LOCAL_HEADER_BYTES = 30;
const LOCAL_MARK = 0x04034b50;

/** Opens members of one archive for one recording, whose expanded bytes are counted together. */
export class OpenMembers {
  readonly #archive: ByteSource;
  readonly #members: MemberList;
  #expanded = 0;

  constructor(archive: ByteSource, members: MemberList) {
    this.#archive = archive;
    this.#members = members;
  }

  /** The first bytes of a member; empty where it cannot be read. */
  async head(name: string, bytes: number): Promise<Uint8Array> {
    try {
      const source = await this.open(name);
      return (await source.read(0, bytes)).slice();
    } catch {
      return new Uint8Array(0);
    }
  }

  /**
   * A member as a source; closing it leaves the archive open. `not-found`, `unsupported` (password,
   * unknown compression), `too-large`, `damaged-file`.
   */
  async open(name: string): Promise<ByteSource> {
    const member = this.#members.find(name);
    if (member === undefined)
      throw new RhythmarkError('not-found', `The archive does not hold ${printable(name)}.`);
    if (member.encrypted)
      throw new RhythmarkError(
        'unsupported',
        'The archive is protected by a password. Unpack it and open what was in it.',
      );
    const at = await this.#dataOf(member);
    if (at + member.compressedBytes > this.#archive.size)
      throw new RhythmarkError(
        'damaged-file',
        `${printable(member.name)} lies beyond the end of the archive, which is cut off: copy it again.`,
      );
    if (member.method === 0) return part(this.#archive, at, member.compressedBytes);
    if (member.method === 8) return bytesOf(await this.#expand(member, at));
    throw new RhythmarkError(
      'unsupported',
      `${printable(member.name)} is compressed by method ${member.method}, which is not read. Unpack the archive.`,
    );
  }

  /** Where the data of a member begin: its own header may be longer than the list's entry. */
  async #dataOf({ headerAt, name }: Member): Promise<number> {
    const header = await readExactly(this.#archive, headerAt, LOCAL_HEADER_BYTES, 'The archive');
    const view = new DataView(header.buffer, header.byteOffset, LOCAL_HEADER_BYTES);
    if (view.getUint32(0, true) !== LOCAL_MARK)
      throw new RhythmarkError(
        'damaged-file',
        `${printable(name)} is not where the archive's list says, at byte ${headerAt.toLocaleString('en')}.`,
        `byte ${headerAt}`,
      );
    return headerAt + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  }

  async #expand(member: Member, at: number): Promise<Uint8Array> {
    const room = Math.min(
      inflationRoom(member.compressedBytes),
      LIMITS.wholeFileBytes - this.#expanded,
    );
    const name = printable(member.name);
    if (member.bytes > room || member.compressedBytes > LIMITS.wholeFileBytes)
      throw new RhythmarkError(
        'too-large',
        `${name} expands to ${member.bytes.toLocaleString('en')} bytes, more than is read out of an archive. Unpack it first.`,
      );
    const compressed = await readExactly(this.#archive, at, member.compressedBytes, name);
    const bytes = inflated(compressed, 'raw', room, name);
    if (bytes.length !== member.bytes || crc32(bytes) !== member.crc32)
      throw new RhythmarkError(
        'damaged-file',
        `${name} is not what was packed: its checksum differs. Copy the archive again.`,
      );
    this.#expanded += bytes.length;
    return bytes;
  }

  /** The members beside one, under the rules of `Siblings`. */
  beside(member: string): Siblings {
    const folder = posix.dirname(member);
    const inArchive = (name: string) => {
      const path = posix.normalize(posix.join(folder, name.replaceAll('\\', '/')));
      const prefix = folder === '.' ? '' : `${folder}/`;
      const escapes = posix.isAbsolute(name) || path.startsWith('../') || !path.startsWith(prefix);
      if (escapes || name === '')
        throw new RhythmarkError(
          'damaged-file',
          `The header names the file "${printable(name)}", which does not lie in the recording's folder. It was not opened.`,
        );
      return path;
    };
    return {
      open: async (name) => this.open(inArchive(name)),
      exists: (name) => Promise.resolve(this.#members.find(inArchive(name)) !== undefined),
    };
  }
}

/** Bytes [from, from + size) of a source as one of its own. */
function part(source: ByteSource, from: number, size: number): ByteSource {
  return {
    size,
    read: (offset, length) => {
      const start = Math.max(0, offset);
      const end = Math.min(size, offset + length);
      return end <= start
        ? Promise.resolve(new Uint8Array(0))
        : source.read(from + start, end - start);
    },
    close: () => Promise.resolve(),
  };
}

function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '?').slice(0, 80);
}
