import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { DATASETS } from '../../../src/market/catalog/datasets.ts';
import { tableSchema } from '../../../src/sinks/lake/delta/schema.ts';
import { openLake } from '../../../src/sinks/lake/lake.ts';
import type { OpenSink } from '../../../src/sinks/sink.ts';
import { batchOf, fakeContext, LAKE, price } from '../fakes.ts';
import { memoryStore } from './memory-store.ts';
import { OtherEngine } from './other-engine.ts';

type Event = (engine: OtherEngine) => Promise<void>;

/** What leaves every row in the table; the sink does nothing while several things are done. */
const GENTLE: Readonly<Record<string, Event>> = {
  nothing: async () => {},
  append: (engine) => engine.append(),
  optimise: (engine) => engine.optimise(),
  checkpoint: (engine) => engine.checkpoint(),
  'append, checkpoint, log clean-up': async (engine) => {
    for (let i = 0; i < 3; i++) await engine.append();
    await engine.checkpoint();
    await engine.clean();
  },
  'checkpoint, log clean-up': async (engine) => {
    await engine.checkpoint();
    await engine.clean();
  },
};

const HARSH: Readonly<Record<string, Event>> = {
  delete: (engine) => engine.remove(),
  recreate: (engine) => engine.recreate(0),
  'recreate, append': (engine) => engine.recreate(4),
  restore: (engine) => engine.restore(2),
};

const EVENTS = { ...GENTLE, ...HARSH };

const ROUNDS = fc.record({
  event: fc.constantFrom(...Object.keys(EVENTS), ...Object.keys(GENTLE)),
  /** The event comes before this call of the sink to its store. */
  at: fc.nat(14),
  size: fc.integer({ min: 1, max: 6 }),
  /** Files that are stored and not yet committed are deleted. */
  vacuum: fc.nat(5).map((one) => one === 0),
});

/** A topic that forgets all but its newest records when a table is made from it anew. */
const KEPT = 8;

test('whatever another engine does to the table, rows stay correct or the sink fails with an error', async () => {
  let pending: { event: string; calls: number } | undefined;
  let isBusy = false;
  /** No event comes in the middle of another. */
  const alone = async (event: Event): Promise<void> => {
    isBusy = true;
    await event(engine);
    isBusy = false;
  };
  const fire = async (): Promise<void> => {
    if (pending === undefined) return;
    const { event } = pending;
    pending = undefined;
    await alone(EVENTS[event]!);
  };
  const store = memoryStore(async () => {
    if (pending !== undefined && !isBusy && pending.calls-- === 0) await fire();
  });
  const engine = new OtherEngine(store, tableSchema(DATASETS.prices));
  const context = fakeContext();
  const failures = new Set<string>();
  let sink: OpenSink | undefined;
  /** Offsets: of the first record that the table has, of the next one to write, and of the end of the topic. */
  let [first, next, end] = [0, 0, 0];
  /** Rows may be gone since the last flush that succeeded: an error is right. */
  let hasCause = false;

  const open = async (): Promise<OpenSink> => {
    const opened = await openLake(store, { ...LAKE, rows: 3 }, context);
    next = (await opened.start(0)) ?? 0;
    if (next === 0) next = first = Math.max(0, end - KEPT);
    return opened;
  };
  const work = async (vacuum: boolean): Promise<void> => {
    sink ??= await open();
    const offsets = Array.from({ length: end - next }, (_, i) => next + i);
    const records = offsets.map((offset) => price(offset, { fx_source: `#${offset}` }));
    await sink.write(batchOf(records, { first: next }));
    if (vacuum) await alone((other) => other.vacuum());
    await sink.flush(0);
    next = end;
  };

  const rounds = fc.sample(ROUNDS, { seed: 12, numRuns: 500 });
  const rest = { event: 'nothing', at: 0, size: 1, vacuum: false };
  for (const { event, at, size, vacuum } of [...rounds, rest, rest]) {
    pending = { event, calls: at };
    end += size;
    hasCause ||= vacuum || event in HARSH;
    try {
      await work(vacuum);
      hasCause = event in HARSH;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      expect([event, error.message, error.code, hasCause]).toEqual([
        ...[event, expect.stringContaining('memory')],
        ...[expect.stringMatching(/^(damaged|fenced)$/), true],
      ]);
      failures.add(
        /before it was committed|was removed while|another table|restored to an older/.exec(
          error.message,
        )![0],
      );
      sink = undefined;
    }
    await fire();
    const marks = await engine.marks();
    const ours = marks.filter((mark) => mark.startsWith('#'));
    expect([event, marks.length - ours.length]).toEqual([event, engine.rows]);
    expect(new Set(ours).size).toBe(ours.length);
    if (sink === undefined || event in HARSH) continue;
    expect([event, ours.length, ours.includes(`#${first}`), ours.includes(`#${next - 1}`)]).toEqual([
      ...[event, next - first, true, true],
    ]);
  }
  expect(sink).toBeDefined();
  expect([...failures].sort()).toEqual([
    ...['another table', 'before it was committed', 'restored to an older', 'was removed while'],
  ]);
}, 120_000);
