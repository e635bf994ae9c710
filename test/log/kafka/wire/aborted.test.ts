import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { committedBatches } from '../../../../src/log/kafka/wire/aborted.ts';
import { rawBatches } from '../../../../src/log/kafka/wire/raw-batch.ts';
import { batchAt, emptied, marker, text } from './batches.ts';

/*
 * Timelines: one line per producer, one column per offset. `o` is a record of a committed transaction, `x` of an aborted
 * one, `C` and `A` are markers, `n` is a record outside transactions, `e` a batch of an aborted one emptied by compaction.
 */
function onTimeline(...lines: readonly string[]) {
  const columns = Math.max(...lines.map((line) => line.length));
  const cells = Array.from({ length: columns }, (_, offset) => {
    const producer = lines.findIndex((line) => /[^. ]/.test(line[offset] ?? '.'));
    return { offset, producer, what: lines[producer]?.[offset] ?? '.' };
  });
  const set = Buffer.concat(cells.map(batchOf));
  const aborted = lines.flatMap((line, producer) =>
    [...line.matchAll(/[xe][xe.]*A?/g)].map(({ index }) => ({
      producerId: BigInt(producer),
      firstOffset: index,
    })),
  );
  return { set, aborted };
}

function batchOf({ offset, producer, what }: { offset: number; producer: number; what: string }): Buffer {
  const producerId = BigInt(producer);
  if (what === '.') return Buffer.alloc(0);
  if (what === 'A' || what === 'C') return marker(offset, producerId, what === 'A' ? 'abort' : 'commit');
  const batch = batchAt(offset, [text(what)], { producerId, transactional: what !== 'n' });
  return what === 'e' ? emptied(batch) : batch;
}

function readable(lines: readonly string[], from = 0): number[] {
  const { set, aborted } = onTimeline(...lines);
  const seen = rawBatches(set).filter(({ baseOffset }) => baseOffset >= from);
  return committedBatches(seen, aborted).map(({ baseOffset }) => baseOffset);
}

describe('committed batches', () => {
  test.each([
    ['all records of committed transactions', ['oooC.', '....n'], [0, 1, 2, 4]],
    ['none of an aborted one', ['xxxA.', '....n'], [4]],
    ['a transaction after an aborted one of the same producer', ['xxAooC'], [3, 4]],
    ['a transaction before an aborted one of the same producer', ['ooCxxA'], [0, 1]],
    ['a transaction between two aborted ones of the same producer', ['xAoCxA'], [2]],
    ['a committed transaction that overlaps an aborted one', ['x.x.x.A.', '.o.o.o.C'], [1, 3, 5]],
    ['records outside transactions among the others', ['x.x.A', '.n.n.'], [1, 3]],
    ['nothing of an aborted transaction whose marker is not in the response', ['x.x.', '.n.n'], [1, 3]],
    ['nothing of two aborted transactions that end in order', ['x.x.A..', '.x.x.xA'], []],
    ['records after an aborted transaction emptied by compaction', ['e.Ao.C', '.n....'], [1, 3]],
  ])('%s', (_, lines, expected) => {
    expect(readable(lines)).toEqual(expected);
  });

  test('an aborted transaction that began before the response is skipped', () => {
    expect(readable(['xxxA..', '....n.'], 2)).toEqual([4]);
  });
});

/** One producer's history: transactions, perhaps open at the end, and records outside of them. */
const life = fc
  .array(
    fc.oneof(
      fc.nat({ max: 4 }).map((n) => `${'o'.repeat(n)}C`),
      fc.nat({ max: 4 }).map((n) => `${'x'.repeat(n + 1)}A`),
      fc.constant('n'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

test('exactly the committed records are read for any interleaving of producers', () => {
  fc.assert(
    fc.property(
      fc.array(life, { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.nat()),
      (lives, chance) => {
        const left = lives.map((one) => [...one]);
        const lines = lives.map(() => '');
        const expected: number[] = [];
        for (let offset = 0; left.some((one) => one.length > 0); offset++) {
          const busy = left.flatMap((one, i) => (one.length > 0 ? [i] : []));
          const turn = busy[chance.next().value! % busy.length]!;
          const what = left[turn]!.shift()!;
          for (const i of lines.keys()) lines[i] += i === turn ? what : '.';
          if (what === 'o' || what === 'n') expected.push(offset);
        }
        expect(readable(lines)).toEqual(expected);
      },
    ),
  );
});
