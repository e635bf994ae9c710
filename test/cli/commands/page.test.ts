import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommandLine } from '../../../src/cli/app.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { candleRecord } from '../../page/records.ts';
import { fakeIo } from '../fakes.ts';
import { withLocalBus } from '../local-bus.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'page-'));
const addressOf = (text: string): string => /http:\S+/.exec(text)?.[0] ?? '';

test('the page of a bus is served until the command is stopped', async () => {
  const dir = folder();
  await withLocalBus(dir, systemClock, (log) => log.append([candleRecord(0)]));
  const { io, written, stop } = fakeIo({ clock: systemClock });
  const running = runCommandLine(['page', '--bus', `local:${dir}`, '--listen', '127.0.0.1:0'], io);
  await expect.poll(() => addressOf(written.err)).not.toBe('');
  const history = await (await fetch(`${addressOf(written.err)}history`)).json();
  expect(history).toMatchObject({ selection: { coin: 'btc' }, candles: [expect.anything()] });
  stop.abort();
  expect(await running).toBe(0);
  await expect(fetch(addressOf(written.err))).rejects.toThrow();
});

test('a bus that does not exist is not created', async () => {
  const { io, written } = fakeIo();
  expect(
    await runCommandLine(['page', '--bus', `local:${folder()}/none`, '--listen', '127.0.0.1:0'], io),
  ).toBe(1);
  expect(written.err).toMatch(/there is no bus/);
});

test('an address that another program uses is refused with a hint', async () => {
  const dir = folder();
  await withLocalBus(dir, systemClock, (log) => log.append([candleRecord(0)]));
  const first = fakeIo({ clock: systemClock });
  const running = runCommandLine(['page', '--bus', `local:${dir}`, '--listen', '127.0.0.1:0'], first.io);
  await expect.poll(() => addressOf(first.written.err)).not.toBe('');
  const { host } = new URL(addressOf(first.written.err));
  const second = fakeIo({ clock: systemClock });
  expect(await runCommandLine(['page', '--bus', `local:${dir}`, '--listen', host], second.io)).toBe(1);
  expect(second.written.err).toMatch(/another program listens there[\s\S]*--listen/);
  first.stop.abort();
  expect(await running).toBe(0);
});
