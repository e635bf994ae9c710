import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseBus } from '../../../src/cli/args/bus-url.ts';
import { busComplaints, openBus, withExistingBus } from '../../../src/cli/pipeline/bus.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { opener, withLocalBus } from '../local-bus.ts';

const folder = async () => join(await mkdtemp(join(tmpdir(), 'cli-bus-')), 'bus');
const io = { env: {}, clock: systemClock };

describe('a bus folder', () => {
  test('a read-only command does not create a bus folder', async () => {
    const dir = await folder();
    const settings = { bus: { kind: 'local' as const, dir }, kafkaOption: {} };
    const listTopics = () => withExistingBus(settings, io, opener, (log) => log.topics());
    await expect(listTopics()).rejects.toMatchObject({ code: 'unavailable' });
    await withLocalBus(dir, systemClock, (log) =>
      log.createTopic('a', { partitions: 1, retentionMs: undefined, compacted: false }),
    );
    expect((await listTopics()).map(({ name }) => name)).toEqual(['a']);
  });

  test('a bus is closed after an error', async () => {
    const dir = await folder();
    const fail = withLocalBus(dir, systemClock, () => Promise.reject(new Error('inside')));
    await expect(fail).rejects.toThrow('inside');
    expect(await withLocalBus(dir, systemClock, (log) => log.topics())).toEqual([]);
  });
});

describe('a Kafka bus', () => {
  const complaints = (url: string, kafkaOption = {}, env = {}) =>
    busComplaints({ bus: parseBus(url), kafkaOption }, env);

  test('a Kafka bus reports every invalid setting and does not open the cluster', async () => {
    const bus = parseBus('kafka://h1,h2:9092?lingr=5ms');
    const expected = [
      '--bus: broker h1 has no port; write h1:9092',
      "--bus: Kafka has no setting 'lingr'; did you mean linger?",
    ];
    expect(await busComplaints({ bus, kafkaOption: {} }, {})).toEqual(expected);
    await expect(openBus({ bus, kafkaOption: {} }, io, opener)).rejects.toMatchObject({
      code: 'usage',
      message: expected.join('\n'),
    });
  });

  test('a Kafka bus takes its password from a file, never from the URL', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'cli-bus-')), 'password');
    await writeFile(file, 'secret\n');
    const url = 'kafka://h:9092?sasl=plain&user=me%40corp';
    expect(await complaints(url, { 'password-file': file })).toEqual([]);
    expect(await complaints(url, {}, { CRYPTOPIPE_KAFKA_PASSWORD: 'x' })).toEqual([]);
    const [refused] = await complaints(`${url}&password=hunter2`, { 'password-file': file });
    expect(refused).toContain('set CRYPTOPIPE_KAFKA_PASSWORD');
    expect(refused).not.toContain('hunter2');
  });

  test('--linger overrides the other settings of a Kafka bus', async () => {
    const bus = parseBus('kafka://h:9092?linger=2h');
    expect(await busComplaints({ bus, kafkaOption: { linger: '3h' }, linger: 7 }, {})).toEqual([]);
    expect(await busComplaints({ bus, kafkaOption: { linger: '3h' } }, {})).toEqual([
      "--kafka-option linger: '3h' is not between 0s and 1m",
    ]);
  });

  test('a command without a bus, or with a folder, has no Kafka complaints', async () => {
    expect(await busComplaints({}, {})).toEqual([]);
    expect(await complaints('local:x', { nonsense: 'x' })).toEqual([]);
  });
});
