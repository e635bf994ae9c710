import { afterEach, describe, expect, test } from 'vitest';
import { wallex } from '../../../src/sources/wallex/wallex.ts';
import { startWallexStub, type WallexStub } from '../../stubs/wallex.ts';
import { polls, recordsOf, type Turned, turned, valuesOf } from '../turned.ts';

type Settings = Parameters<typeof wallex.read>[0];

const stubs: WallexStub[] = [];
afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.close();
});

async function stubFor(around: Turned): Promise<WallexStub> {
  const stub = await startWallexStub({ now: around.context.now });
  stubs.push(stub);
  return stub;
}

const run = (count: number, stub: WallexStub, around: Turned, changes: Partial<Settings> = {}) =>
  polls(
    count,
    wallex.read(
      {
        symbols: ['USDTTMN'],
        every: 60_000,
        wallexUrl: stub.url,
        kinds: ['prices'],
        topic: undefined,
        ...changes,
      },
      around.context,
    ),
    around,
  );

describe('wallex', () => {
  test('polls at once, then on whole minutes, and writes what was handed out', async () => {
    const around = turned();
    const stub = await stubFor(around);
    const chunks = await run(3, stub, around);
    const handed = stub.ledger.filter(({ symbol }) => symbol === 'USDTTMN');
    expect(recordsOf(chunks)[1]).toEqual({
      topic: 'prices-wallex',
      by: 'usdt',
      key: 'usdt/tmn@2026-03-02T10:16:00.000Z',
      value: JSON.stringify({
        source: 'wallex',
        base: 'usdt',
        quote: 'tmn',
        price: handed[1]!.price,
        last_updated: '2026-03-02T10:16:00.000Z',
        polled_at: '2026-03-02T10:16:00.000Z',
      }),
      headers: { source: 'wallex', schema: 'quote/1' },
    });
    expect(valuesOf(chunks).map(({ price, last_updated }) => [price, last_updated])).toEqual([
      [handed[0]!.price, '2026-03-02T10:15:30.000Z'],
      [handed[1]!.price, '2026-03-02T10:16:00.000Z'],
      [handed[2]!.price, '2026-03-02T10:17:00.000Z'],
    ]);
    expect(stub.connections.most).toBe(1);
  });
});
