import { describe, expect, test, vi } from 'vitest';
import { setUp } from '../../stage-commands.ts';

vi.mock('../../../../src/sources/index.ts', async () => (await import('./fake-sources.ts')).module);

const KEYS = { STREAM_KEY: 'k', STREAM_SECRET: 's', PAID_KEY: 'p' };

describe('without --source', () => {
  test('the first line says what is read without a key, what is left out and why', async () => {
    const { run } = await setUp();
    const { code, out, err } = await run('produce prices --once');
    expect(code).toBe(0);
    expect(JSON.parse(out.split('\n')[1]!).stages.map(({ stage }: { stage: string }) => stage)).toEqual([
      'produce free',
    ]);
    expect(err.split('\n')[0]).toMatch(
      /^\S+ info {2}reading free \(no key needed\); left out: paid \(no key; set PAID_KEY\), slow \(for rates; name it with --source\)$/,
    );
  });

  test('one complete set of keys is enough, even from files', async () => {
    const { run } = await setUp();
    const { out, err } = await run('produce --for 1s', { env: { ...KEYS, CRYPTOPIPE_TEST_CLOCK: '100 1' } });
    expect(out.match(/^\w+ undefined$/gm)).toEqual(['stream undefined', 'paid undefined', 'free undefined']);
    expect(err).toContain('reading free (no key needed) and stream, paid (with your keys); left out: slow');
  });

  test('an empty variable is not a key', async () => {
    const { run } = await setUp();
    const { code, err } = await run('produce prices --once', { env: { PAID_KEY: '' } });
    expect(code).toBe(0);
    expect(err).toContain('left out: paid (no key; set PAID_KEY)');
  });

  test('a one-shot run skips streams', async () => {
    const { run } = await setUp();
    const { code, err } = await run('produce --once', { env: KEYS });
    expect(code).toBe(0);
    expect(err).toContain('left out: stream (an endless stream; omit --once');
  });

  test('a run without any source to read is an error', async () => {
    const { run } = await setUp();
    const { code, err } = await run('produce tweets');
    expect(code).toBe(2);
    expect(err).toContain('cannot read source stream: no key; set STREAM_TOKEN');
  });
});

describe('a source with a permanent error', () => {
  const PERMANENT_ERROR = 'paid has shut its doors';
  const WARNING = `warn  source paid has stopped: ${PERMANENT_ERROR}. Knock again tomorrow.`;

  test('a source with a permanent error stops while the others continue, and the run fails', async () => {
    const { run, values } = await setUp();
    const { code, out, err } = await run('produce prices --once --paid-url shut', { env: KEYS });
    expect(code).toBe(1);
    expect(await values('prices-free')).toEqual([{}]);
    expect(JSON.parse(out.trim().split('\n').at(-1)!)).toMatchObject({ out: 1 });
    expect(err).toContain(WARNING);
    expect(err).toContain(`cryptopipe: ${PERMANENT_ERROR}\nKnock again tomorrow.`);
  });

  test('a permanent error does not end a stream of another source, and is reported when the run ends', async () => {
    const { run } = await setUp();
    const stop = new AbortController();
    let output = '';
    const running = run('produce --paid-url shut', {
      env: { ...KEYS, CRYPTOPIPE_TEST_CLOCK: '100 1' },
      stop: () => stop.signal,
      err: (text) => {
        output += text;
      },
    });
    await expect.poll(() => output).toContain(WARNING);
    expect(output).not.toContain('cryptopipe:');
    stop.abort();
    expect((await running).code).toBe(1);
    expect(output).toContain(`cryptopipe: ${PERMANENT_ERROR}`);
  });

  test.each(['produce', 'run'])('ends %s if no source is left', async (command) => {
    const { run, folder } = await setUp();
    const lake = command === 'run' ? ` --dir ${folder}/lake` : '';
    const line = `${command} prices --paid-url shut --free-url shut${lake}`;
    const { code, err } = await run(line, { env: KEYS });
    expect(code).toBe(1);
    expect(err).toContain('source free has stopped');
  });

  test('a permanent error of the only source ends the run at once', async () => {
    const { run } = await setUp();
    const { code, err } = await run('produce --source paid --paid-url shut', { env: KEYS });
    expect([code, err]).toEqual([1, `cryptopipe: ${PERMANENT_ERROR}\nKnock again tomorrow.\n`]);
  });
});

describe('an invalid proxy address', () => {
  const env = { ...KEYS, HTTPS_PROXY: 'socks5://me:pass-word@h:1' };

  test.each(['produce prices --once', 'doctor sources'])(
    'an invalid proxy address is an error for %s',
    async (line) => {
      const { run } = await setUp();
      const { code, out, err } = await run(line, { env });
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('HTTPS_PROXY is not a proxy address');
      expect(err).not.toContain('pass-word');
    },
  );

  test('an invalid proxy address is reported together with invalid keys and flags', async () => {
    const { run } = await setUp();
    const { code, err } = await run('produce prices --for soon', { env: { ...env, PAID_KEY: 'a b' } });
    expect(code).toBe(2);
    for (const text of ['HTTPS_PROXY is not a proxy address', 'PAID_KEY contains a space', '--for: '])
      expect(err).toContain(text);
  });

  test('an invalid proxy address does not matter to a source without a live service', async () => {
    const { run } = await setUp();
    expect((await run('produce --source shelf --once', { env })).code).toBe(0);
  });
});

describe('--topic', () => {
  test('--topic names a topic per source', async () => {
    const { run, values } = await setUp();
    await run('produce prices --once --topic free=mine --topic other', { env: KEYS });
    expect(await values('mine')).toEqual([{}]);
    expect(await values('other')).toEqual([{}]);
  });

  test.each([
    ['produce --topic all', '--topic: posts and prices cannot share a topic'],
    ['produce prices --topic stream=a', '--topic: this run does not read source stream'],
    ['produce prices --topic {lang}', '--topic {lang}: source paid fills only {coin}, {coin_name}'],
    ['produce tweets --topic {tag}-t', '--topic {tag}-t: source stream fills no placeholders here'],
    ['produce prices --topic fere=a', "--topic: no source 'fere'; did you mean free?"],
    ['produce --source stream --once', '--once: source stream is an endless stream'],
    ['produce prices --once --for 1m', '--for excludes --once'],
    ['produce tweets --source free', 'source free has no tweets, only prices'],
    ['produce --source stream', 'cannot read source stream: no key'],
    ['produce prices --shelf-url x', '--shelf-url has no effect here; it is a flag of source shelf'],
  ])('%s exits 2', async (line, text) => {
    const { run } = await setUp();
    const { code, err, out } = await run(line);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(text);
  });
});

describe('doctor sources', () => {
  test('doctor sources checks every live source, and warns about missing keys', async () => {
    const { run } = await setUp();
    const { code, out } = await run('doctor sources');
    expect(code).toBe(0);
    expect(out).toMatch(/warn +source paid +skipped: it has no keys\n +Set PAID_KEY\.\n/);
    expect(out).toMatch(/ok +source free +answers/);
    expect(out).toContain('1 ok, 2 warnings, 0 errors');
  });

  test('doctor sources refuses a source that is not live', async () => {
    const { run } = await setUp();
    expect(await run('doctor sources --source shelf')).toMatchObject({
      code: 2,
      err: expect.stringContaining('shelf is not a live service'),
    });
  });
});
