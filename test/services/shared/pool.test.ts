import { afterEach, expect, test } from 'vitest';
import { ask, type Makers, openPool, type Pool } from './pool.ts';

let pool: Pool | undefined;
afterEach(() => pool?.close());

test('a resource is created once for concurrent and later requests, and closed once', async () => {
  const seen: string[] = [];
  const server = async () => {
    seen.push('made');
    return { value: { port: 1 }, close: async () => void seen.push('closed') };
  };
  pool = await openPool({ server, other: server });
  const { url, close } = pool;
  expect(await Promise.all([ask(url, 'server'), ask(url, 'server')])).toEqual([{ port: 1 }, { port: 1 }]);
  expect(await ask(url, 'server')).toEqual({ port: 1 });
  await close();
  expect(seen).toEqual(['made', 'closed']);
});

test('every request for a resource that cannot be created gets the reason', async () => {
  const broken: Makers = {
    broken: async () => {
      throw new Error('no Java: install it');
    },
  };
  pool = await openPool(broken);
  for (const _ of ['first', 'second'])
    await expect(ask(pool.url, 'broken')).rejects.toThrow('no Java: install it');
  await expect(ask(pool.url, 'brokn')).rejects.toThrow(
    "no shared resource is named 'brokn'; available: broken",
  );
});
