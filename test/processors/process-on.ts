import { expect } from 'vitest';
import type { StoredRecord } from '../../src/core/stream/record.ts';
import { DAY } from '../../src/core/util/time.ts';
import type { Task } from '../../src/log/log.ts';
import { processors } from '../../src/processors/index.ts';
import type { Processor } from '../../src/processors/processor.ts';
import { MergedInput } from '../../src/runtime/input/merged-input.ts';
import { Outbox } from '../../src/runtime/output/outbox.ts';
import { newStats } from '../../src/runtime/stage.ts';
import { defaults } from '../bench/kit.ts';
import { memoryWatch, mutatedLines } from '../mutated-lines.ts';
import { NOW, POSTS, QUOTES } from '../sources/mutated-sources.ts';

/** As of the sources: test/sources/read-on.ts. */
const MOST_MEMORY = 400 * 2 ** 20;
const LONGEST_RECORD = 2 ** 20;

/** A processor, good values of one of its inputs, and one that gives a record whatever came before it. */
export interface MutatedInput {
  readonly name: keyof typeof processors;
  readonly topic: string;
  readonly good: readonly string[];
  readonly last: string;
}

const stored = QUOTES.map((line) => line.replace('"time"', '"source":"file","last_updated"'));
const LAST = '"quote":"zz2","price":7,"source":"file","time":"2026-06-01T10:00:00.000Z"}';

export const MUTATED_INPUTS: readonly MutatedInput[] = [
  {
    name: 'select',
    topic: 'tweets',
    good: POSTS,
    last: '{"id_str":"77","text":"bitcoin","created_at":"2026-06-01T10:00:00.000Z"}',
  },
  {
    name: 'join',
    topic: 'prices-file',
    good: stored,
    last: `{"base":"zz1",${LAST.replace('"time"', '"last_updated"')}`,
  },
  {
    name: 'candles',
    topic: 'prices',
    good: stored.map((line) => line.replace('"base"', '"coin"').replace('"last_updated"', '"time"')),
    last: `{"coin":"zz1",${LAST}`,
  },
  {
    name: 'market-cap',
    topic: 'prices-file',
    good: stored,
    last: `{"base":"zz1","market_cap":5,${LAST.replace('"time"', '"last_updated"')}`,
  },
  {
    name: 'enrich',
    topic: 'tweets-processed',
    good: ['btc', 'zz1'].map(
      (coin, at) =>
        `{"id":"${at}","created_at":"2026-05-31T10:00:00.000Z","coin":"${coin}","tag":"${coin}","text":"to the moon"}`,
    ),
    last: '{"id":"77","created_at":"2026-06-01T10:00:00.000Z","coin":"zz1","tag":"zz1"}',
  },
  {
    name: 'signals',
    topic: 'tweets-processed',
    good: ['btc', 'eth'].map(
      (coin, at) =>
        `{"id":"${at}","created_at":"2026-05-31T10:00:00.000Z","coin":"${coin}","text":"to the moon","author_id":"${at}","followers_count":7,"sentiment_score":0.5,"hashtags":["dip"],"bot_marks":["bot"],"source":"x"}`,
    ),
    last: '{"id":"77","created_at":"2026-06-01T10:00:00.000Z","coin":"zz1"}',
  },
];

/** One partition of an input, 500 records a read. */
function taskOf(values: Iterator<string>): Task {
  let position = 0;
  const read = async (topic: string) => {
    const records: StoredRecord[] = [];
    while (records.length < 500) {
      const { value, done } = values.next();
      if (done === true) break;
      records.push({ offset: position++, timestamp: 0, key: 'k', value, headers: {} });
    }
    return records.length === 0 ? [] : [{ topic, partition: 0, records, next: position }];
  };
  return { partition: 0, position: () => position, read } as unknown as Task;
}

/** Hands `count` mutated values and a good one to a processor, as its stage does: none stops it, none is lost unseen. */
export async function processOn({ name, topic, good, last }: MutatedInput, count: number): Promise<void> {
  const memory = memoryWatch();
  const processor: Processor = processors[name];
  const stats = newStats(name);
  const { schema } = processor.output;
  const box = new Outbox({ topic: 'out', schema, decisions: undefined }, stats, new Map());
  const logic = processor.build(defaults(processor.options, {}), new Map());
  const [spec] = processor.inputs.filter((input) => input.topic === topic);
  function* values() {
    yield* mutatedLines(good, count, 12);
    yield last;
  }
  const input = new MergedInput(taskOf(values()), [{ ...spec!, actual: topic }]);
  let handed = 0;
  let isLastOut = false;
  const check = (): void => {
    for (const { topic: out, value } of box.take()) {
      if ((value?.length ?? 0) > LONGEST_RECORD)
        expect.unreachable(`a record of ${value!.length} characters`);
      if (out !== 'out') JSON.parse(value!);
      isLastOut ||= out === 'out' && value !== null && /"id":"77"|zz1|zz2/.test(value);
    }
    memory.look();
  };
  while (await input.fill()) {
    handed += input.drain(
      (input) => box.during(input, () => logic.accept(input, box)),
      (input, why) => box.reject(input, why),
      { latest: NOW + DAY },
    );
    for (const [, text] of logic.changes()) if (text !== null) JSON.parse(text);
    check();
  }
  logic.advance?.({ time: NOW, monotonic: NOW, caughtUp: true }, box);
  logic.finish?.('all', NOW, box);
  check();
  expect([handed, isLastOut]).toEqual([count + 1, true]);
  expect(stats.rejected).toBeGreaterThan(count / 100);
  expect(memory.grown()).toBeLessThan(MOST_MEMORY);
}
