import { expect, test } from 'vitest';
import type { Partitioner } from '../../../../src/log/kafka/client/partitioner.ts';
import { addedPartitions } from '../../../../src/log/kafka/group/group-topics.ts';
import type { GroupSpec } from '../../../../src/log/log.ts';

const EARLIEST = -2;

/** A topic's retained offsets by partition: first, and after the last. */
function partitionerOf(ranges: readonly (readonly [number, number])[]): Partitioner {
  const listOffsets = async (request: {
    topics: readonly { partitions: readonly { partition: number; timestamp: number }[] }[];
  }) => {
    const { partition, timestamp } = request.topics[0]!.partitions[0]!;
    const [start, end] = ranges[partition]!;
    return { responses: [{ partitions: [{ offset: String(timestamp === EARLIEST ? start : end) }] }] };
  };
  const kafka = {
    shared: { leader: async () => ({ listOffsets }) },
    retry: (_: unknown, step: () => Promise<unknown>) => step(),
  };
  return { kafka, refresh: async () => ({ id: 'id', count: ranges.length }) } as unknown as Partitioner;
}

const spec: GroupSpec = {
  group: 'sinks',
  inputs: ['prices'],
  exclusive: true,
  positionsOnly: true,
  assigned: () => {},
};
const before = (partitions: number) => ({ partitions, ids: new Map([['prices', 'id']]) });

test('the retained records of partitions added since are counted, those of known partitions are not', async () => {
  const partitioner = partitionerOf([
    [0, 1000],
    [5, 12],
    [0, 30],
  ]);
  expect(await addedPartitions(partitioner, spec, before(1))).toEqual({ partitions: 2, records: 37 });
});

test('nothing is counted without added partitions', async () => {
  expect(await addedPartitions(partitionerOf([[0, 1000]]), spec, before(1))).toEqual({
    partitions: 0,
    records: 0,
  });
});
