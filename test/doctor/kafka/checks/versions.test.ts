import { expect, test } from 'vitest';
import { type BrokerVersions, checkVersions } from '../../../../src/doctor/kafka/checks/versions.ts';

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
const run = (...brokers: BrokerVersions[]) =>
  checkVersions(new Map(brokers.map((one, at) => [`k${at + 1}:9092`, one])));

test.each([
  [21, '3.9'],
  [25, '4.0'],
  [27, '4.1'],
  [30, '4.3'],
  [31, '4.4 or newer'],
  [99, '4.4 or newer'],
])('metadata level %i is release %s', (level, release) => {
  expect(run(broker(level))).toMatchObject([
    { severity: 'ok', detail: `k1:9092: Apache Kafka ${release}; all 22 required requests` },
  ]);
});

test('an untested release is a warning', () => {
  expect(run(broker(20))).toMatchObject([
    { severity: 'warn', detail: expect.stringContaining('Apache Kafka 3.8') },
  ]);
});

test('an unfinished upgrade is reported', () => {
  const half = { ...broker(30), levels: new Map([['metadata.version', 25]]) };
  expect(run(half)[0]?.detail).toContain('Apache Kafka 4.3, cluster still at feature level 4.0');
});

test('a broker without feature levels is another implementation or an old release', () => {
  expect(run(broker(undefined))).toMatchObject([
    { severity: 'warn', detail: expect.stringContaining('ZooKeeper') },
  ]);
  expect(run(broker(undefined, { 1: [4, 18] }))).toMatchObject([
    { severity: 'warn', detail: expect.not.stringContaining('ZooKeeper') },
  ]);
});

test('a missing, outdated or too new request version is an error', () => {
  expect(run(broker(20, { 1: [0, 10], 22: undefined, 0: [8, 12] }))).toMatchObject([
    {
      severity: 'error',
      detail: expect.stringContaining(
        'Produce 7 is required, the broker has 8 to 12, Fetch 11 is required, the broker has 0 to 10, InitProducerId is missing',
      ),
      hint: 'Use Apache Kafka 3.9 or newer.',
    },
  ]);
});

test('brokers of one version share one check; mixed versions are a warning', () => {
  expect(run(broker(30), broker(30))).toMatchObject([
    { severity: 'ok', detail: expect.stringContaining('k1:9092, k2:9092') },
  ]);
  expect(run(broker(30), broker(28)).map(({ severity }) => severity)).toEqual(['ok', 'ok', 'warn']);
});
