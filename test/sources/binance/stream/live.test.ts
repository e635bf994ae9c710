import { expect, test } from 'vitest';
import { START } from '../../turned.ts';
import { barsIn, expected, facts, gapsIn, MINUTE, running, together } from '../run.ts';

const FIRST = START - 75.5 * MINUTE;
const LAST = START - MINUTE / 2;

async function live(changes = {}) {
  const setUp = await together();
  const run = running(setUp.read(changes), setUp.around, setUp.stub);
  await run.until(() => setUp.stub.open() === 1 && run.records.length >= 75);
  return { ...setUp, run };
}
type Live = Awaited<ReturnType<typeof live>>;

/** Every bar of bitcoin from the start to the newest one, once each. */
function isWhole({ stub, run, around }: Live): void {
  const bars = barsIn(run.records).map(facts);
  const end = Number(bars.at(-1)![0]) + MINUTE;
  expect(bars).toEqual(expected(stub, 'BTCUSDT', FIRST, end));
  expect(around.context.now() - end).toBeLessThan(2 * MINUTE);
}

test('bars come as they end, after those that REST has', async () => {
  const it = await live();
  await it.run.pass(5 * MINUTE);
  isWhole(it);
  expect(barsIn(it.run.records).filter(({ final }) => !final)).toEqual([]);
  expect(gapsIn(it.run.records)).toEqual([]);
  await it.run.stop();
  expect([it.stub.connects(), it.stub.streams.mostMessages]).toEqual([1, 1]);
  await expect.poll(() => it.stub.open()).toBe(0);
});

test('a connection that breaks off is opened again at once, and its gap is backfilled', async () => {
  const it = await live();
  await it.run.pass(2 * MINUTE);
  it.stub.streams.cut();
  await it.run.until(() => gapsIn(it.run.records).length > 0);
  await it.run.pass(2 * MINUTE);
  isWhole(it);
  expect(gapsIn(it.run.records)).toMatchObject([{ reason: 'closed (1006)', backfilled: true }]);
  expect(LAST).toBeLessThan(it.around.context.now());
  await it.run.stop();
});

test('a night without network is filled by REST, and the gap is backfilled', async () => {
  const it = await live();
  it.stub.refuse({ status: 503, body: '' }, 40);
  it.stub.streams.cut();
  await it.run.until(() => gapsIn(it.run.records).length > 0);
  await it.run.pass(2 * MINUTE);
  isWhole(it);
  expect(gapsIn(it.run.records)).toMatchObject([{ backfilled: true }]);
  await it.run.stop();
});
