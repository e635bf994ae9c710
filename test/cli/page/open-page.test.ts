import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Io } from '../../../src/cli/process/io.ts';
import { setUp } from '../stage-commands.ts';

vi.mock('../../../src/processors/index.ts', async () => (await import('../fake-processors.ts')).module);

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A port on which another program listens. */
async function busyPort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A run of a file that goes on until it is stopped. */
async function start(flags: string, changes: Partial<Io> = {}) {
  const { run, folder } = await setUp();
  const file = join(folder, 'btc.csv');
  await writeFile(file, 'time,price\n2026-03-02T10:00:00Z,1\n');
  const stop = new AbortController();
  let err = '';
  const done = run(
    `run prices --source file --file ${file} --base btc --quote usdt --dir ${join(folder, 'lake')} ${flags}`.trim(),
    {
      stop: () => stop.signal,
      err: (text) => {
        err += text;
      },
      ...changes,
    },
  );
  let isOver = false;
  void done.finally(() => {
    isOver = true;
  });
  return {
    done,
    err: () => err,
    stop: () => stop.abort(),
    /** Resolves with what the pattern finds on stderr. */
    async saw(pattern: RegExp): Promise<string> {
      await vi.waitUntil(() => pattern.test(err) || isOver, { timeout: 60_000, interval: 20 });
      return pattern.exec(err)?.[1] ?? err;
    },
  };
}

const ADDRESS = /page: (http:\S+)/;

describe('the page of a run', () => {
  test('--page prints its address, shows the stages of the run, and closes with it', async () => {
    const running = await start('--page --listen 127.0.0.1:0');
    const url = await running.saw(ADDRESS);
    expect((await fetch(url)).status).toBe(200);
    const events = await fetch(`${url}events`);
    let text = '';
    for await (const chunk of events.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (text.includes('event: status') && text.endsWith('\n\n')) break;
    }
    expect(text).toContain('"name":"produce file"');
    running.stop();
    expect((await running.done).code).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  test('--page with a port in use is an error', async () => {
    const running = await start(`--page --listen 127.0.0.1:${await busyPort()}`);
    expect((await running.done).code).toBe(1);
    expect(running.err()).toContain('another program listens there');
  });

  test('a live run on a terminal has a page without --page, on a free port if its own is in use', async () => {
    const port = await busyPort();
    const env = { CRYPTOPIPE_LISTEN: `127.0.0.1:${port}` };
    const running = await start('', { errIsTerminal: true, env });
    const url = await running.saw(ADDRESS);
    expect(running.err()).toContain(
      `the page cannot listen on 127.0.0.1:${port}: another program listens there; taking a free port`,
    );
    expect(new URL(url).port).not.toBe(String(port));
    running.stop();
    expect((await running.done).code).toBe(0);
  });

  test('a live run on a terminal whose page others could reach needs a token, or --no-page', async () => {
    const env = { CRYPTOPIPE_LISTEN: '0.0.0.0:0' };
    const refused = await start('', { errIsTerminal: true, env });
    expect((await refused.done).code).toBe(2);
    expect(refused.err()).toContain('add --token');
  });

  test.each([
    ['--no-page', true],
    ['--quiet', true],
    ['', false],
  ])('a live run with "%s" on a terminal (%s) has no page', async (flags, errIsTerminal) => {
    const env = { CRYPTOPIPE_LISTEN: '127.0.0.1:0' };
    const running = await start(`${flags} --metrics 127.0.0.1:0`.trim(), { errIsTerminal, env });
    await vi.waitUntil(() => flags === '--quiet' || running.err().includes('metrics'), { timeout: 60_000 });
    running.stop();
    expect((await running.done).code).toBe(0);
    expect(running.err()).not.toMatch(ADDRESS);
  });

  test('a run with --once on a terminal has no page', async () => {
    const running = await start('--once', { errIsTerminal: true });
    expect((await running.done).code).toBe(0);
    expect(running.err()).not.toMatch(ADDRESS);
  });

  test('--page and --no-page exclude each other', async () => {
    const running = await start('--page --no-page');
    expect((await running.done).code).toBe(2);
    expect(running.err()).toContain('--no-page excludes --page');
  });
});
