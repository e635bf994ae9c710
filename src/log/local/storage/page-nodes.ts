/** Bytes before the contents of every page (lmdb-js's mdb.c: MDB_page_header). */
export const HEADER = 24;
/** Flag of a value on overflow pages; its node has a pointer: page, transaction, page count, 8 bytes each. */
export const BIG = 0x01;
export const OVERFLOW_POINTER = 24;
const NODE = 8;

/** A key of a page with its value, or in a branch with the child page. */
export interface Node {
  readonly key: Buffer;
  /** For a large value: the pointer, then the value's size as u32. */
  readonly value: Buffer;
  readonly flags: number;
  readonly child: number;
}

/** The nodes of a page; undefined unless they fill their part of the page exactly. */
export function readNodes(page: Buffer, isLeaf: boolean): readonly Node[] | undefined {
  const lower = page.readUInt16LE(20);
  const upper = page.readUInt16LE(22);
  const room = page.length - HEADER;
  // lmdb rejects a branch with fewer than two nodes.
  if (lower % 2 !== 0 || lower > upper || upper > room || lower < (isLeaf ? 2 : 4)) return undefined;
  let taken = 0;
  const nodes: Node[] = [];
  for (let i = 0; i < lower / 2; i++) {
    const place = page.readUInt16LE(HEADER + 2 * i);
    const at = HEADER + place;
    if (place < upper || place % 2 !== 0 || at + NODE > page.length) return undefined;
    const low = page.readUInt16LE(at) + page.readUInt16LE(at + 2) * 65_536;
    const flags = page.readUInt16LE(at + 4);
    const isBig = isLeaf && flags === BIG;
    const keyEnd = at + NODE + page.readUInt16LE(at + 6);
    const length = isBig ? OVERFLOW_POINTER : low;
    const end = isLeaf ? keyEnd + length : keyEnd;
    if (end > page.length) return undefined;
    taken += end - at + ((end - at) % 2);
    const value = page.subarray(keyEnd, end);
    nodes.push({
      key: page.subarray(at + NODE, keyEnd),
      value: isBig ? withSize(value, low) : value,
      flags,
      child: low + flags * 2 ** 32,
    });
  }
  return taken === room - upper ? nodes : undefined;
}

function withSize(pointer: Buffer, size: number): Buffer {
  const both = Buffer.alloc(OVERFLOW_POINTER + 4);
  pointer.copy(both);
  both.writeUInt32LE(size, OVERFLOW_POINTER);
  return both;
}
