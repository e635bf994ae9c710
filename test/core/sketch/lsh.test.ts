import { expect, test } from 'vitest';
import { LshIndex } from '../../../src/core/sketch/lsh.ts';
import { PERMUTATIONS, signatureOf, similarityOf } from '../../../src/core/sketch/minhash.ts';
import { random } from '../../../src/core/util/random.ts';

const any = () => true;
const text = (n: number) => `post number ${n} says ${(n * 7919) % 1000} things of ${(n * 104_729) % 977}`;

test('the index finds what it contains, and nothing else, through growth and removals', () => {
  const index = new LshIndex();
  const slots = Array.from({ length: 5000 }, (_, n) => index.add(signatureOf(text(n)), n));
  expect(index.size).toBe(5000);
  for (const slot of slots.filter((_, n) => n % 2 === 0)) index.remove(slot);
  expect(index.size).toBe(2500);
  for (let n = 0; n < 5000; n++)
    expect(index.has(signatureOf(text(n)), 1, (number) => number === n)).toBe(n % 2 === 1);
  for (let n = 0; n < 2500; n++) index.add(signatureOf(text(2 * n)), 2 * n);
  for (let n = 0; n < 5000; n++)
    expect(index.has(signatureOf(text(n)), 1, (number) => number === n)).toBe(true);
});

test('the bands find nearly all pairs of similarity 0.8', () => {
  const { below, chance } = random(3, 'lsh');
  let tried = 0;
  let found = 0;
  while (tried < 2000) {
    const signature = Uint8Array.from({ length: PERMUTATIONS }, () => below(256));
    const other = signature.map((byte) => (chance(0.8) ? byte : below(256)));
    const agreeing = signature.filter((byte, i) => byte === other[i]).length;
    if (similarityOf(agreeing) < 0.8) continue;
    tried += 1;
    const index = new LshIndex();
    index.add(signature, 0);
    if (index.has(other, 0.8, any)) found += 1;
  }
  expect(found / tried).toBeGreaterThan(0.985);
});
