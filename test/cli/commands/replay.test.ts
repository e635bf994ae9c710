import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { bar, START } from '../../processors/candles/feed.ts';
import { withLocalBus } from '../local-bus.ts';
import { setUp } from '../stage-commands.ts';

const iso = (minute: number) => new Date(START + minute * 60_000).toISOString();
const range = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

/** A bus with candles of 5m of a day's bars, read in two runs. */
async function scene() {
  const base = await setUp();
  const append = (bars: readonly object[]) =>
    withLocalBus(base.bus.dir, systemClock, async (log) => {
      await log.createTopic('bars-file', { partitions: 3, retentionMs: undefined, compacted: true });
      await log.append(
        bars.map((value) => ({
          topic: 'bars-file',
          partitionKey: 'btc',
          key: (value as { start: string }).start,
          value: JSON.stringify(value),
          headers: {},
        })),
      );
    });
  const newest = async () => {
    const rows = new Map<string, { revision: number; high: number; bars: number; window: string }>();
    for (const row of (await base.values('candles')) as {
      window_start: string;
      window: string;
      revision: number;
      high: number;
      bars: number;
    }[])
      rows.set(`${row.window} ${row.window_start.slice(11, 16)}`, row);
    return rows;
  };
  return { ...base, append, newest };
}

describe('process replay', () => {
  test('a correction of a closed window goes to late, the warning has the replay, and the replay makes the revision', async () => {
    const { run, append, newest } = await scene();
    await append(range(300).map((minute) => bar(minute)));
    await run('process candles --window 5m --once --close');
    await append([bar(12, 1, { high: 999 })]);
    const late = await run('process candles --window 5m --once --close');
    expect(late.code).toBe(0);
    const [, command = ''] = /cryptopipe (process replay .*)/.exec(late.err) ?? [];
    expect(command).toContain(`process replay candles --from ${iso(10)} --to ${iso(15)} --window 5m`);
    const { out, code } = await run(command.replace(/ --bus \S+/, ''));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      stage: 'replay candles',
      out: 1,
      unchanged: 0,
      expired: 0,
      open: 0,
    });
    expect((await newest()).get('5m 00:10')).toMatchObject({ revision: 2, high: 999, bars: 5 });
    expect(JSON.parse((await run(command.replace(/ --bus \S+/, ''))).out)).toMatchObject({
      out: 0,
      unchanged: 1,
    });
  });

  test('a window that was not asked for is computed from the topics, but for the one that may not be over', async () => {
    const { run, append, newest } = await scene();
    await append(range(95).map((minute) => bar(minute)));
    await run('process candles --window 5m --once --close');
    const { out } = await run(`process replay candles --from ${iso(0)} --to ${iso(180)} --window 30m`);
    expect(JSON.parse(out)).toMatchObject({ in: 95, out: 3, open: 1 });
    expect(
      [...(await newest()).values()].filter(({ window }) => window === '30m').map(({ bars }) => bars),
    ).toEqual([30, 30, 30]);
  });

  test.each([
    ['process replay candles --from 2026-03-02', 'missing --to TIME'],
    [
      'process replay candles --from 2026-03-02 --to 2026-03-01',
      '--to 2026-03-01T00:00:00.000Z is not after --from 2026-03-02T00:00:00.000Z',
    ],
    ['process replay candles --from soon --to 2026-03-01', "'soon' is not a time"],
    ['process replay select --from 2026-03-01 --to 2026-03-02', 'select'],
  ])('%s is refused', async (line, why) => {
    const { run } = await setUp();
    const { code, err } = await run(line);
    expect(code).toBe(2);
    expect(err).toContain(why);
  });
});
