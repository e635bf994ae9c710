import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { readRule } from '../../../src/sources/x/rules/rule.ts';
import type { Fault, XStub } from '../../stubs/x.ts';
import { checkWith, connected, defaultsOf, pass, type Run, run, stage } from './harness.ts';

let stub: XStub;
let running: Run | undefined;

const SECRETS = ['very-secret-token', 'very-secret-key', 'very-secret-second'];
const PAIR = { X_CONSUMER_KEY: SECRETS[1]!, X_CONSUMER_SECRET: SECRETS[2]! };
const FAULTS: readonly Fault[] = [
  '400',
  '401',
  '402',
  '403',
  '404',
  '409',
  '429',
  '503',
  'reset',
  'drop',
  'usage-cap',
];

/** Everything that came out, whatever way, as a text. */
const shown = (...things: unknown[]) =>
  inspect(things, { depth: 20, showHidden: true, maxStringLength: null });

test.each([{ X_BEARER_TOKEN: SECRETS[0]! }, { BEARER_TOKEN: SECRETS[0]! }, PAIR])(
  'no message, error, record or position contains a secret: %o',
  async (secrets) => {
    for (const fault of FAULTS)
      for (const on of ['login', 'rules', 'stream'] as const) {
        const set = await stage(
          { tokens: [SECRETS[0]!], consumer: { key: SECRETS[1]!, secret: SECRETS[2]! } },
          secrets,
        );
        stub = set.stub;
        stub.fail(fault, { on, times: 1 });
        running = run(set.desk, stub.url, { rules: [readRule('btc=bitcoin')] });
        const ended = running.ended.catch((error: unknown) => error);
        await Promise.race([connected(stub, set.clock), ended]);
        stub.post();
        await pass(set.clock, 300);
        await running.stop().catch(() => {});
        const checks = await checkWith(set.desk, defaultsOf(stub.url, {}));
        const { records, positions, logged, printed, status } = set.desk;
        const all = shown(records, positions, logged, printed, status, await ended, checks);
        for (const secret of [...SECRETS, 'stub-app-token']) expect(all).not.toContain(secret);
        await stub.close();
      }
  },
  60_000,
);

test('a key that X repeats in an error is redacted', async () => {
  const set = await stage({ tokens: ['other'] }, { X_BEARER_TOKEN: SECRETS[0]! });
  stub = set.stub;
  stub.fail('echo', { on: 'rules' });
  running = run(set.desk, stub.url, { rules: [readRule('btc=bitcoin')] });
  const error = await running.ended.catch((problem: unknown) => problem);
  expect(shown(error)).toContain('Unauthorized: Bearer ***');
  expect(shown(error)).not.toContain(SECRETS[0]!);
});
