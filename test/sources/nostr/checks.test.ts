import { describe, expect, test } from 'vitest';
import { nostrEvent } from '../../stubs/nostr.ts';
import { START } from '../turned.ts';
import { relays, runChecks } from './run.ts';

const linesOf = (checks: readonly { severity: string; what: string; detail: string }[]) =>
  checks.map(({ severity, what, detail }) => `${severity} ${what.replace(/ 127[^ ]*/, '')}: ${detail}`);

describe('doctor of Nostr', () => {
  test('doctor reports each relay, its clock, and the hashtags', async () => {
    const both = await relays(2);
    both[0]!.publish(nostrEvent({ at: START - 1000 }));
    expect(linesOf(await runChecks(both))).toEqual([
      'ok nostr clock: the local clock agrees',
      'ok nostr: reached, 1 posts of the last day',
      'ok nostr clock: the local clock agrees',
      'ok nostr: reached, 0 posts of the last day',
      'ok nostr hashtags: #btc #bitcoin #xbt',
    ]);
  });

  test('doctor warns about a relay that is not open to everyone, and about a wrong clock', async () => {
    const stubs = await relays(1, () => START + 3_600_000);
    stubs[0]!.switches.limitation = { auth_required: true };
    const found = await runChecks(stubs);
    expect(linesOf(found).slice(0, 2)).toEqual([
      'warn nostr clock: the local clock is 1h behind the clock of the service',
      'warn nostr: not open to everyone: it wants a login',
    ]);
    expect(found.every(({ severity, hint }) => severity === 'ok' || hint)).toBe(true);
  });

  test.each([
    ['restricted: not you', 'error nostr: restricted: not you'],
    ['error: database', 'error nostr: error: database'],
  ])('doctor reports a subscription that ends with %s', async (reason, line) => {
    const stubs = await relays(1);
    stubs[0]!.switches.closed.push(reason);
    expect(linesOf(await runChecks(stubs))[1]).toBe(line);
  });

  test('doctor reports a relay that cannot be reached, and goes on', async () => {
    const both = await relays(2);
    await both[0]!.close();
    expect(linesOf(await runChecks(both))).toEqual([
      expect.stringContaining('warn nostr information: connection failed or broke off'),
      'error nostr: connection failed or broke off',
      'ok nostr clock: the local clock agrees',
      'ok nostr: reached, 0 posts of the last day',
      'ok nostr hashtags: #btc #bitcoin #xbt',
    ]);
  });
});
