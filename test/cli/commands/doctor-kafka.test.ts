import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../src/cli/app.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { fakeIo } from '../fakes.ts';

/** Nothing listens here: port 1 of 127.0.0.1 refuses at once. */
const NOBODY = 'kafka://127.0.0.1:1';

async function doctor(argv: readonly string[], env: Record<string, string> = {}) {
  const { io, written } = fakeIo({ clock: systemClock, env });
  const code = await runCommandLine(['doctor', ...argv], io);
  return { code, ...written };
}

describe('doctor', () => {
  test('doctor is a group of commands, including kafka', async () => {
    expect((await doctor([])).out).toContain('kafka');
    const { code, out } = await doctor(['kafka', '--help', 'all']);
    expect(code).toBe(0);
    for (const flag of ['--app', '--window', '--lateness', '--keep', '--json', '--bus', '--kafka-option'])
      expect(out).toContain(`  ${flag} `);
    expect(out).toContain('cryptopipe doctor kafka --bus kafka://localhost:9092');
  });

  test('doctor kafka needs a cluster', async () => {
    expect(await doctor(['kafka'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--bus kafka://HOST:PORT'),
    });
  });
});

describe('doctor kafka of an unreachable cluster', () => {
  test('doctor kafka names the unreachable broker, the cause and the fix, and exits 1', async () => {
    const { code, out, err } = await doctor(['kafka', '--bus', `${NOBODY},127.0.0.1:2`]);
    expect(code).toBe(1);
    expect(out).toContain(
      'error  bootstrap 127.0.0.1:1  nothing listens at this address\n       Start the broker, or correct --bus.',
    );
    expect(out).toContain('error  bootstrap 127.0.0.1:2  nothing listens at this address');
    expect(out).toContain('\n1 ok, 0 warnings, 2 errors\n');
    expect(err).toContain('2 of 3 checks failed');
  });

  test('doctor kafka --json prints one array', async () => {
    const { code, out } = await doctor(['kafka', '--json', '--bus', NOBODY]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject([
      { severity: 'error', what: 'bootstrap 127.0.0.1:1' },
      { severity: 'ok' },
    ]);
  });

  test('doctor kafka shows the user but never the password', async () => {
    const { out, err } = await doctor(['kafka', '--bus', `${NOBODY}?sasl=scram-sha-256&user=app`], {
      CRYPTOPIPE_KAFKA_PASSWORD: 'very-secret',
    });
    expect(out).toContain('login as app with scram-sha-256');
    expect(out + err).not.toContain('very-secret');
  });
});
