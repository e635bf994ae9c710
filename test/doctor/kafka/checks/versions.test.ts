import { expect, test } from 'vitest';
import { type BrokerVersions, judgeVersions } from '../../../../src/doctor/kafka/checks/versions.ts';

/** A broker that speaks every version of everything, but for what is changed. */
function broker(
  level: number | undefined,
  changes: Record<number, [number, number] | undefined> = {},
): BrokerVersions {
  const requests = new Map(Array.from({ length: 40 }, (_, key) => [key, { min: 0, max: 20 }]));
  for (const [key, range] of Object.entries(changes))
    if (range === undefined) requests.delete(Number(key));
    else requests.set(Number(key), { min: range[0], max: range[1] });
  return {
    requests,
    features: new Map(level === undefined ? [] : [['metadata.version', { min: 7, max: level }]]),
    levels: new Map(level === undefined ? [] : [['metadata.version', level]]),
  };
}
const judge = (...brokers: BrokerVersions[]) =>
  judgeVersions(new Map(brokers.map((one, at) => [`k${at + 1}:9092`, one])));

test.each([
  [21, '3.9'],
  [25, '4.0'],
  [27, '4.1'],
  [30, '4.3'],
  [31, '4.4 or newer'],
  [99, '4.4 or newer'],
])('the level %i is of release %s', (level, release) => {
  expect(judge(broker(level))).toMatchObject([
    { verdict: 'ok', detail: `k1:9092: Apache Kafka ${release}; all 22 requests that are needed` },
  ]);
});

test('a release that this program is not tested with is warned of', () => {
  expect(judge(broker(20))).toMatchObject([
    { verdict: 'warn', detail: expect.stringContaining('Apache Kafka 3.8') },
  ]);
});

test('an upgrade that was not finished is told', () => {
  const half = { ...broker(30), levels: new Map([['metadata.version', 25]]) };
  expect(judge(half)[0]?.detail).toContain('Apache Kafka 4.3, the cluster still at the level of 4.0');
});

test('without levels it is another program, or an old one', () => {
  expect(judge(broker(undefined))).toMatchObject([
    { verdict: 'warn', detail: expect.stringContaining('ZooKeeper') },
  ]);
  expect(judge(broker(undefined, { 1: [4, 18] }))).toMatchObject([
    { verdict: 'warn', detail: expect.not.stringContaining('ZooKeeper') },
  ]);
});

test('a request that is missing, too old or too new is bad', () => {
  expect(judge(broker(20, { 1: [0, 10], 22: undefined, 0: [8, 12] }))).toMatchObject([
    {
      verdict: 'bad',
      detail: expect.stringContaining(
        'Produce 7 is wanted, 8 to 12 there, Fetch 11 is wanted, 0 to 10 there, InitProducerId is missing',
      ),
      hint: 'Use Apache Kafka 3.9 or newer.',
    },
  ]);
});

test('brokers of one kind are one finding; of two kinds they are warned of', () => {
  expect(judge(broker(30), broker(30))).toMatchObject([
    { verdict: 'ok', detail: expect.stringContaining('k1:9092, k2:9092') },
  ]);
  expect(judge(broker(30), broker(28)).map(({ severity: verdict }) => verdict)).toEqual(['ok', 'ok', 'warn']);
});
