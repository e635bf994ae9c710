import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { damaged } from './damage.ts';
import { type Meta, readMeta, readNumber, readTree, TREE_BYTES, type Tree } from './meta-page.ts';
import { BIG, HEADER, type Node, OVERFLOW_POINTER, readNodes } from './page-nodes.ts';

/** Whether a row of a table is intact. Batches on overflow pages are not read; their value is undefined. */
export type IsRowIntact = (table: string, key: Buffer, value: Buffer | undefined) => boolean;

const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;
const SUB_TREE = 0x02;
/** lmdb's maximum depth of a tree (CURSOR_STACK). */
const DEEPEST = 32;
const LARGEST_VALUE = 2 ** 31 - 1;

interface Counts {
  branches: number;
  leaves: number;
  overflows: number;
  entries: number;
}

type Compare = (a: Buffer, b: Buffer) => number;
/** Keys of the free list are transaction numbers. */
const byNumber: Compare = (a, b) => readNumber(a, 0) - readNumber(b, 0);

/**
 * Checks everything that lmdb trusts. It maps the file and follows page numbers, lengths and positions without checks, so
 * a damaged file crashes the process or hides records. Reads every page of a tree, but only the first bytes of large
 * values (batches, which have a checksum). The caller must hold an lmdb read transaction, so that no writer reuses the
 * pages. Throws UserError `damaged`.
 */
export function checkStructure(file: string, isIntact: IsRowIntact): void {
  const descriptor = openSync(file, 'r');
  try {
    new Check(file, descriptor, readMeta(file, descriptor), isIntact).run();
  } finally {
    closeSync(descriptor);
  }
}

class Check {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #meta: Meta;
  readonly #isIntact: IsRowIntact;
  readonly #size: number;
  /** 1 for each page visited. */
  readonly #met: Uint8Array;

  constructor(file: string, descriptor: number, meta: Meta, isIntact: IsRowIntact) {
    this.#file = file;
    this.#descriptor = descriptor;
    this.#meta = meta;
    this.#isIntact = isIntact;
    this.#size = fstatSync(descriptor).size;
    // Free pages at the end may be unwritten, at most as many as one commit frees.
    if (!(meta.pages >= 2) || meta.pages * meta.pageSize > 4 * this.#size + (1 << 30))
      throw this.#cut(meta.pages * meta.pageSize);
    this.#met = new Uint8Array(meta.pages);
  }

  run(): void {
    const { free, main, transaction } = this.#meta;
    const tables: [string, Tree, number][] = [];
    this.#tree('tables', main, transaction, Buffer.compare, (key, value, flags, page, within) => {
      if (flags !== SUB_TREE || value.length !== TREE_BYTES) throw this.#bad(page, 'tables');
      tables.push([key.toString('latin1').replace(/\0$/, ''), readTree(value, 0), within]);
    });
    for (const [name, tree, within] of tables)
      this.#tree(name, tree, within, Buffer.compare, (key, value, flags, page) => {
        if (flags > BIG) throw this.#bad(page, name);
        // A batch has its own checksum, verified when it is read.
        const row = flags === BIG ? this.#overflow(name, value, page, name !== 'batches') : value;
        if (!this.#isIntact(name, key, row)) throw this.#bad(page, name);
      });
    this.#tree('free pages', free, transaction, byNumber, (key, value, flags, page) => {
      if (key.length !== 8 || readNumber(key, 0) > transaction || flags > BIG)
        throw this.#bad(page, 'free pages');
      this.#freed(flags === BIG ? this.#overflow('free pages', value, page, true)! : value, page);
    });
  }

  readonly #bad = (page: number, table: string) =>
    damaged(this.#file, `page ${page} (${table}) has changed or is damaged`);

  readonly #cut = (wanted: number) => damaged(this.#file, `it has ${this.#size} bytes instead of ${wanted}`);

  #read(page: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const at = page * this.#meta.pageSize;
    if (readSync(this.#descriptor, bytes, 0, length, at) < length) throw this.#cut(at + length);
    return bytes;
  }

  /** Marks pages as visited; each page has exactly one owner. */
  #meet(first: number, count: number, from: number, table: string): void {
    if (!(first >= 2 && count >= 1 && first + count <= this.#meta.pages)) throw this.#bad(from, table);
    for (let page = first; page < first + count; page++) {
      if (this.#met[page] === 1) throw this.#bad(page, table);
      this.#met[page] = 1;
    }
  }

  #tree(
    table: string,
    tree: Tree,
    transaction: number,
    compare: Compare,
    row: (key: Buffer, value: Buffer, flags: number, page: number, within: number) => void,
  ): void {
    const counts: Counts = { branches: 0, leaves: 0, overflows: 0, entries: 0 };

    /** `within`: the parent's transaction. Pages are copied with all their ancestors, so none is newer than its parent. */
    const visit = (
      number: number,
      from: number,
      within: number,
      depth: number,
      least: Buffer | undefined,
      below: Buffer | undefined,
    ): void => {
      this.#meet(number, 1, from, table);
      const page = this.#read(number, this.#meta.pageSize);
      const flags = page.readUInt16LE(18);
      const written = readNumber(page, 8);
      const isLeaf = depth === tree.depth;
      if (readNumber(page, 0) !== number || written > within || flags !== (isLeaf ? LEAF : BRANCH))
        throw this.#bad(number, table);
      if (isLeaf) counts.leaves += 1;
      else counts.branches += 1;
      const nodes = this.#nodes(page, number, isLeaf, table);
      let last = least;
      for (const [i, { key }] of nodes.entries()) {
        // The first key of a branch is meaningless.
        if (!isLeaf && i === 0) continue;
        const order = last === undefined ? 1 : compare(key, last);
        if (order < 0 || (order === 0 && !(isLeaf && i === 0)) || (below && compare(key, below) >= 0))
          throw this.#bad(number, table);
        last = key;
      }
      for (const [i, { key, value, flags: kind, child }] of nodes.entries())
        if (!isLeaf)
          visit(child, number, written, depth + 1, i === 0 ? least : key, nodes[i + 1]?.key ?? below);
        else {
          counts.entries += 1;
          if (kind === BIG) counts.overflows += readNumber(value, 16);
          row(key, value, kind, number, written);
        }
    };

    const { root, depth } = tree;
    if (depth > DEEPEST || (root === undefined) !== (depth === 0)) throw this.#bad(root ?? 0, table);
    if (root !== undefined) visit(root, root, transaction, 1, undefined, undefined);
    for (const count of ['branches', 'leaves', 'overflows', 'entries'] as const)
      if (counts[count] !== tree[count]) throw this.#bad(root ?? 0, table);
  }

  #nodes(page: Buffer, number: number, isLeaf: boolean, table: string): readonly Node[] {
    const nodes = readNodes(page, isLeaf);
    if (nodes === undefined) throw this.#bad(number, table);
    return nodes;
  }

  /** Checks the pages of a large value; returns the value if `wanted`. */
  #overflow(table: string, pointer: Buffer, from: number, wanted: boolean): Buffer | undefined {
    const first = readNumber(pointer, 0);
    const count = readNumber(pointer, 16);
    const size = pointer.readUInt32LE(OVERFLOW_POINTER);
    const { pageSize } = this.#meta;
    if (size > LARGEST_VALUE || count !== Math.floor((HEADER - 1 + size) / pageSize) + 1)
      throw this.#bad(from, table);
    this.#meet(first, count, from, table);
    if ((first + count) * pageSize > this.#size) throw this.#cut((first + count) * pageSize);
    const head = this.#read(first, HEADER);
    if (
      readNumber(head, 0) !== first ||
      readNumber(head, 8) !== readNumber(pointer, 8) ||
      head.readUInt16LE(18) !== OVERFLOW ||
      head.readUInt32LE(20) !== count
    )
      throw this.#bad(first, table);
    return wanted ? this.#read(first, HEADER + size).subarray(HEADER) : undefined;
  }

  /** A list of free pages: its length, then page numbers; a negative number is the length of the run that follows. */
  #freed(list: Buffer, from: number): void {
    const length = list.length < 8 ? Number.NaN : readNumber(list, 0);
    if (!((length + 1) * 8 <= list.length)) throw this.#bad(from, 'free pages');
    for (let i = 1; i <= length; i++) {
      const entry = Number(list.readBigInt64LE(8 * i));
      if (entry === 0) continue;
      if (entry < 0 && i === length) throw this.#bad(from, 'free pages');
      const first = entry > 0 ? entry : Number(list.readBigInt64LE(8 * ++i));
      this.#meet(first, entry > 0 ? 1 : -entry, from, 'free pages');
    }
  }
}
