import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import metadata from 'kafkajs/src/protocol/requests/metadata/index.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import '../../../../src/log/kafka/client/client.ts';

const file = createRequire(import.meta.url).resolve('kafkajs/src/network/requestQueue/index.js');

const silent = { debug: () => {}, namespace: () => silent };
const newQueue = () =>
  new (RequestQueue as unknown as new (options: object) => RequestQueue)({
    maxInFlightRequests: null,
    requestTimeout: 1000,
    clientId: 'test',
    broker: 'test',
    logger: silent,
  });

describe('patched kafkajs request queue', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('the patch matches the installed package source', () =>
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(
      'b55986089c14f8f7bfc377922e2e65b3e4c1e7c7af2752d3b10a75dfe9e9260c',
    ));

  test('no timer is armed without pending requests', () => {
    vi.useFakeTimers();
    newQueue().scheduleCheckPendingRequests();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a pending request arms a timer', () => {
    vi.useFakeTimers();
    const queue = newQueue();
    (queue.pending as unknown[]).push({});
    queue.scheduleCheckPendingRequests();
    expect(vi.getTimerCount()).toBe(1);
  });

  test('broker throttling arms a timer', () => {
    vi.useFakeTimers();
    const queue = newQueue();
    (queue as { throttledUntil: number }).throttledUntil = Date.now() + 1000;
    queue.scheduleCheckPendingRequests();
    expect(vi.getTimerCount()).toBe(1);
  });
});

describe('patched kafkajs metadata', () => {
  const answer = {
    brokers: [],
    topicMetadata: [
      { topic: 'a', topicErrorCode: 0, partitionMetadata: [{ partitionErrorCode: 5, leader: -1 }] },
      { topic: 'b', topicErrorCode: 29, partitionMetadata: [] },
    ],
  };
  const parsed = (topics: string[], data: object) =>
    metadata
      .protocol({ version: 6 })({ topics })
      .response.parse(data as never);

  test('a partition without a leader or an unauthorized topic does not hide the others', async () =>
    expect(await parsed([], answer)).toEqual({
      brokers: [],
      topicMetadata: [
        { topic: 'a', topicErrorCode: 0, partitionMetadata: [{ partitionErrorCode: 0, leader: -1 }] },
      ],
    }));

  test('a topic requested by name keeps its error', () =>
    expect(parsed(['b'], answer)).rejects.toMatchObject({ type: 'TOPIC_AUTHORIZATION_FAILED' }));
});
