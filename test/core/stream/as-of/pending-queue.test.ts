import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PendingQueue } from '../../../../src/core/stream/as-of/pending-queue.ts';

const pending = (group: string, time: number, item = `${group}${time}`) => ({ group, id: item, time, item });

/** What a queue has stored. */
function storedOf(queue: PendingQueue<string>, stored = new Map<string, string>()): Map<string, string> {
  for (const [key, text] of queue.changes())
    if (text === null) stored.delete(key);
    else stored.set(key, text);
  return stored;
}

/** Empties a queue, group by group. */
function drained(queue: PendingQueue<string>): string[] {
  return queue.groupNames().flatMap((group) => {
    const items: string[] = [];
    for (let first = queue.first(group); first !== undefined; first = queue.first(group)) {
      items.push(first.item);
      queue.remove(first);
    }
    return items;
  });
}

describe('PendingQueue', () => {
  test('a group gives its items in order of time, and of arrival where times are equal', () => {
    const queue = new PendingQueue<string>('p|');
    for (const [time, item] of [
      [5, 'c'],
      [3, 'a'],
      [5, 'd'],
      [4, 'b'],
    ] as const)
      queue.add(pending('x', time, item));
    expect(queue.oldest()?.item).toBe('c');
    expect(drained(queue)).toEqual(['a', 'b', 'c', 'd']);
    expect([queue.size, queue.oldest(), queue.groupNames()]).toEqual([0, undefined, []]);
  });

  test('removing an id removes its items from all groups', () => {
    const queue = new PendingQueue<string>('p|');
    for (const group of ['x', 'y']) queue.add({ ...pending(group, 1), id: '7' });
    queue.add(pending('x', 2));
    expect([queue.removeAll('7'), queue.removeAll('7'), queue.removeAll('8')]).toEqual([2, 0, 0]);
    expect(drained(queue)).toEqual(['x2']);
  });

  test('an item that is removed before the next commit is never stored', () => {
    const queue = new PendingQueue<string>('p|');
    queue.add(pending('x', 1));
    drained(queue);
    expect(queue.changes()).toEqual([]);
    queue.add(pending('x', 2));
    expect(queue.changes()).toHaveLength(1);
    expect(queue.changes()).toEqual([]);
    drained(queue);
    expect(queue.changes()).toEqual([['p|1', null]]);
  });

  test('a restart keeps the items and their order', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('x', 'y'), fc.nat(9), fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (all) => {
        const whole = new PendingQueue<string>('p|');
        let queue = new PendingQueue<string>('p|');
        const stored = new Map<string, string>([['other|1', '{}']]);
        for (const [at, [group, time, isRemoved]] of all.entries()) {
          for (const one of [whole, queue])
            if (isRemoved) {
              const first = one.first(group);
              if (first !== undefined) one.remove(first);
            } else one.add(pending(group, time, `${at}`));
          queue = new PendingQueue('p|', storedOf(queue, stored));
          expect([queue.size, queue.oldest()?.item]).toEqual([whole.size, whole.oldest()?.item]);
        }
        expect(drained(queue)).toEqual(drained(whole));
        expect([...storedOf(queue, stored)]).toEqual([['other|1', '{}']]);
      }),
    );
  });
});
