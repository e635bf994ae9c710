import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { startCoinMarketCapStub } from '../stubs/coinmarketcap.ts';
import { startWallexStub } from '../stubs/wallex.ts';
import { startXStub } from '../stubs/x.ts';
import { sandbox } from './cli.ts';

const { start, path } = sandbox();
const stubs: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.close();
});

const SECRETS = ['very-secret-token', 'very-secret-key', 'very-secret-password'] as const;

/** What `ps` shows of a process: its command line, and the titles of its threads. */
function titlesOf(pid: number): string {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => `task/${thread}/comm`);
  return ['cmdline', 'comm', ...threads]
    .map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'))
    .join('\n');
}

test.skipIf(!existsSync('/proc/self/task')).each(['environment', 'files'])(
  'keys from the %s appear neither in the process title nor in its output',
  async (from) => {
    const x = await startXStub({ tokens: [SECRETS[0]], postsPerSecond: 20 });
    const coinmarketcap = await startCoinMarketCapStub({ key: SECRETS[1] });
    const wallex = await startWallexStub();
    stubs.push(x, coinmarketcap, wallex);
    const keys = { X_BEARER_TOKEN: SECRETS[0], COINMARKETCAP_API_KEY: SECRETS[1] };
    writeFileSync(path('x.env'), `X_BEARER_TOKEN=${SECRETS[0]}\n`);
    writeFileSync(path('keys.json'), JSON.stringify({ coinmarketcap_api_key: SECRETS[1] }));
    const urls = [x, coinmarketcap, wallex].map(({ url }) => url);
    const line = ['produce', '--coin', 'btc', '--log', 'json'];
    const files = ['--env-from', 'x.env', '--keys-file', 'keys.json'];
    const { child, done } = start(
      [
        ...[...line, ...(from === 'files' ? files : [])],
        ...['--x-url', urls[0]!, '--coinmarketcap-url', urls[1]!, '--wallex-url', urls[2]!],
      ],
      {
        CRYPTOPIPE_TRACE: '1',
        HTTPS_PROXY: `http://me:${SECRETS[2]}@127.0.0.1:1`,
        ...(from === 'files' ? {} : keys),
      },
    );
    const working = () =>
      x.log.handedOver.length > 0 && coinmarketcap.handed.length > 0 && wallex.handed.length > 0;
    await expect.poll(working).toBe(true);
    const titles = titlesOf(child.pid!);
    expect(titles).toContain('produce');
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await done;
    expect(code).toBe(0);
    for (const secret of SECRETS) expect(titles + stdout + stderr).not.toContain(secret);
  },
);
