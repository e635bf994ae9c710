import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { hooks } from '../fake-processors.ts';
import { fakeIo, handClock } from '../fakes.ts';
import { withLocalBus } from '../local-bus.ts';
import { quotes, setUp } from '../stage-commands.ts';

/** The fake `count` counts each partition by itself. */
const total = (counts: readonly unknown[]) =>
  counts.reduce((sum: number, row) => sum + (row as { seen: number }).seen, 0);

vi.mock('../../../src/processors/index.ts', async () => (await import('../fake-processors.ts')).module);

describe('process', () => {
  test('--once carries a record through the whole chain and prints a summary', async () => {
    const { run, fill, values } = await setUp();
    await fill('prices-file', [...quotes(5), { price: '-' }]);
    const { code, out } = await run('process --once --close');
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    const summary = JSON.parse(out);
    expect(summary).toMatchObject({ in: 11, out: 8, late: 0, rejected: 1, files: 0 });
    expect(summary.stages.map(({ stage }: { stage: string }) => stage)).toEqual(['pass', 'count']);
    expect(summary.seconds).toBeGreaterThan(0);
    expect(summary.command).toMatch(/^process --once --close --bus local:/);
    expect(total(await values('market-cap'))).toBe(5);
  });

  test('a second run resumes where the first ended, and exits 0 without new records', async () => {
    const { run, fill, values } = await setUp();
    await fill('prices-file', quotes(3));
    expect(JSON.parse((await run('process pass --once')).out).in).toBe(3);
    expect(JSON.parse((await run('process pass --once')).out)).toMatchObject({ in: 0, out: 0 });
    await fill('prices-file', quotes(2));
    expect(JSON.parse((await run('process pass --once')).out).in).toBe(2);
    expect(await values('prices')).toHaveLength(5);
  });

  test('--close alone is one-shot, and closes windows that --once leaves open', async () => {
    const { run, fill, values } = await setUp();
    await fill('prices', quotes(4));
    expect((await run('process count --once')).code).toBe(0);
    expect(await values('market-cap')).toEqual([]);
    expect((await run('process count --close')).code).toBe(0);
    expect(total(await values('market-cap'))).toBe(4);
  });

  test('topics can be renamed, even by a template', async () => {
    const { run, fill, values } = await setUp();
    await fill('mine', quotes(2));
    expect((await run('process pass --in mine --out yours --once')).code).toBe(0);
    expect(await values('yours')).toHaveLength(2);
    expect(await values('prices')).toEqual([]);
  });

  test('process exits 3 with a message while another run holds a stage', async () => {
    const { run, bus } = await setUp();
    const { clock } = handClock();
    // The run that holds it neither beats nor leaves: the same process may not have the bus open twice.
    await withLocalBus(bus.dir, clock, async (log) => {
      const inputs = ['prices', 'bars-file'];
      for (const topic of inputs)
        await log.createTopic(topic, { partitions: 3, retentionMs: undefined, compacted: false });
      await log.join({ group: 'cryptopipe.count', inputs, exclusive: true, assigned: () => {} });
    });
    const { code, out, err } = await run('process --once', { clock });
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain('cryptopipe.count');
    expect(err).toContain(`process ${process.pid}`);
  });

  test('--share joins a continuous run instead of exiting 3', async () => {
    const { run, bus, fill, values } = await setUp();
    await fill('prices-file', quotes(3));
    expect((await run('process pass --once --share')).code).toBe(0);
    expect(await values('prices')).toHaveLength(3);
    await withLocalBus(bus.dir, systemClock, async (log) => {
      const stays = { group: 'cryptopipe.pass', inputs: ['prices-file'], exclusive: false };
      await log.join({ ...stays, assigned: () => {} });
    });
    expect((await run('process pass --once')).code).toBe(3);
    expect((await run('process pass --once --share')).code).toBe(0);
    expect(await run('process pass --share')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--share only has an effect with --once'),
    });
  });

  test('process without --once runs until it is stopped, commits what it has read, and exits 0', async () => {
    const { run, fill, values } = await setUp();
    await fill('prices-file', quotes(3));
    const { stop } = fakeIo();
    let left = 3;
    hooks.accepted = () => {
      left -= 1;
      if (left === 0) stop.abort();
    };
    expect(await run('process pass', { stop: () => stop.signal })).toMatchObject({ code: 0, out: '' });
    expect(await values('prices')).toHaveLength(3);
  });

  test('invalid input is reported before the bus is opened', async () => {
    const { run } = await setUp();
    const { code, err } = await run('process coutn --lateness 2h --in x');
    expect(code).toBe(2);
    expect(err).toContain("no processor 'coutn'; did you mean count?");
    expect(err).toContain("--lateness: '2h' is not between 0s and 1m");
  });
});
