import { expect, test } from 'vitest';
import { sandbox } from './cli.ts';

const { start, path } = sandbox();

const QUOTE = '{"base":"btc","quote":"usdt","price":1,"time":"2026-03-02T10:00:00Z"}\n';
const COMMANDS = [
  ['process'],
  ['sink', 'file', '--topics', 'prices'],
  ['produce', 'prices', '--source', 'file', '--file', '-'],
];
/** Milliseconds after the start; by the last of them the bus is open on a quick machine. */
const DELAYS = Array.from({ length: 21 }, (_, i) => 20 * i);

/** SIGTERM after `delay` to a run with a bus of its own; what it left on stderr, and how it ended. */
async function stopped(args: readonly string[], delay: number) {
  const bus = ['--bus', `local:${path(`bus-${delay}`)}`];
  const { child, done } = start([...args, ...bus], {}, QUOTE);
  const timer = setTimeout(() => child.kill('SIGTERM'), delay);
  const { code, stderr } = await done;
  clearTimeout(timer);
  return { delay, end: code ?? child.signalCode, stderr };
}

test.each(COMMANDS)(
  'SIGTERM while %s %s starts ends it without output from lmdb',
  { timeout: 10 * 60_000 },
  async (...args) => {
    const words = args.filter((word) => typeof word === 'string');
    for (let at = 0; at < DELAYS.length; at += 3) {
      const ends = await Promise.all(DELAYS.slice(at, at + 3).map((delay) => stopped(words, delay)));
      for (const { delay, end, stderr } of ends) {
        expect([0, 'SIGTERM'], `${delay} ms: ${stderr}`).toContain(end);
        expect(stderr, `${delay} ms`).not.toMatch(/lmdb|mdb_|MDB_|Database is closed|^\s+at .+:\d+/im);
      }
    }
  },
);
