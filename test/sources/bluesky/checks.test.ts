import { expect, onTestFinished, test } from 'vitest';
import type { Settings } from '../../../src/core/option.ts';
import type { blueskyOptions } from '../../../src/sources/bluesky/bluesky-options.ts';
import { checkBluesky } from '../../../src/sources/bluesky/checks.ts';
import { StubNetwork } from '../../stubs/bluesky/network.ts';
import { startProfilesStub } from '../../stubs/bluesky/profiles.ts';
import { JetstreamStub, type JetstreamStubSettings } from '../../stubs/bluesky/server.ts';
import { checksOf, turned } from '../turned.ts';
import { nextTurn } from './harness.ts';

async function check(
  given: Partial<Settings<typeof blueskyOptions>> = {},
  server: Partial<JetstreamStubSettings> = {},
  prepare: (stub: JetstreamStub) => void = () => {},
) {
  const around = turned();
  const { now } = around.context;
  const network = new StubNetwork(now);
  const stub = await JetstreamStub.start({ network, now, ...server });
  const profiles = await startProfilesStub({ now });
  prepare(stub);
  onTestFinished(async () => {
    around.stop.abort();
    await Promise.all([stub.close(), profiles.close()]);
  });
  const settings = {
    ...{
      coins: [],
      allPosts: false,
      noAuthors: false,
      hosts: [stub.url],
      authorsUrl: profiles.url,
      ...given,
    },
  };
  let isDone = false;
  const checks = checksOf(checkBluesky(settings, around.context)).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    if (stub.open > 0 && network.events.length < 3) network.post('rain');
    around.turn(100);
    await nextTurn();
  }
  return (await checks).map(({ severity, detail, hint }) => [severity, detail, ...(hint ? [hint] : [])]);
}

test('a server with events, its clock, the authors and the coins are good', async () => {
  expect(await check({ coins: ['btc'] })).toEqual([
    ['ok', 'reached, events come'],
    ['ok', 'the local clock agrees'],
    ['ok', 'reached, knows the authors'],
    ['ok', 'btc: known'],
  ]);
});

test('a server of the old wire is named as such', async () => {
  expect((await check({ noAuthors: true }, { wire: 'v1' }))[0]).toEqual([
    'ok',
    'reached, events come by the old protocol',
  ]);
});

test('events an hour old mean a wrong clock', async () => {
  const [, clock] = await check({ noAuthors: true }, { delayMs: -3_600_000 });
  expect(clock).toMatchObject([
    'warn',
    expect.stringContaining('ahead of the newest event'),
    expect.anything(),
  ]);
});

test('a server that is silent, refuses, or cannot be reached fails', async () => {
  const silent = await check({ noAuthors: true }, {}, (stub) =>
    stub.refusals.push({ status: 503, body: 'no' }),
  );
  expect(silent).toMatchObject([['error', 'HTTP 503: no', expect.stringContaining('HTTPS_PROXY')]]);
  const deleted = await check({ noAuthors: true, hosts: ['http://127.0.0.1:1'] });
  expect(deleted).toMatchObject([['error', expect.stringContaining('connection failed'), expect.anything()]]);
});

test.each([403, 451])('a block by region (%i) is named, with the other servers', async (status) => {
  const [blocked] = await check({ noAuthors: true, hosts: ['http://127.0.0.1:1', 'http://127.0.0.1:2'] }, {});
  expect(blocked![2]).toContain('Other servers: 127.0.0.1:2.');
  const [region] = await check({ noAuthors: true }, {}, (stub) => stub.refusals.push({ status }));
  expect(region![2]).toContain('blocked from here, perhaps by region');
});

test('a request that is refused is an error with its reason', async () => {
  const body = JSON.stringify({ error: 'InvalidRequest', message: 'bad kinds' });
  const [refused] = await check({ noAuthors: true }, {}, (stub) => stub.refusals.push({ status: 400, body }));
  expect(refused).toMatchObject(['error', expect.stringContaining('bad kinds'), expect.anything()]);
});

test('authors that cannot be asked and coins without a list entry are warnings', async () => {
  const found = await check({ coins: ['btc', 'wxyz'], authorsUrl: 'http://127.0.0.1:1' });
  expect(found.slice(2)).toMatchObject([
    ['warn', expect.stringContaining('connection failed'), expect.stringContaining('--no-authors')],
    ['warn', 'wxyz: not in the list of coins', expect.anything()],
  ]);
});
