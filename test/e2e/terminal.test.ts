import { describe, expect, test } from 'vitest';
import { sandbox, succeed } from './cli.ts';

const { run, start } = sandbox();

/** A post whose text would command a terminal that reads C1, and one that would turn round what follows it. */
const POSTS = ['csi \u009b31m', 'order \u202eabc'].map((text, index) =>
  JSON.stringify({ id_str: String(index + 1), text, created_at: '2025-06-01T10:00:00.000Z' }),
);
const produce = () =>
  succeed(run('produce tweets --source file --file - --quiet', {}, `${POSTS.join('\n')}\n`));
const linesOf = (text: string) => text.trimEnd().split('\n').sort();

describe('output to a pipe', () => {
  test('topics tail escapes C1 controls of a record in equal JSON; --raw prints them', async () => {
    await produce();
    const sink = 'sink console --topics tweets --dataset tweets-processed --once --quiet';
    const safe = await succeed(run(`${sink} --group a`));
    expect(linesOf(safe)).toEqual(linesOf(POSTS.join('\n').replace('\u009b', '\\u009b')));
    expect(linesOf(await succeed(run(`${sink} --group b --raw`)))).toEqual(linesOf(POSTS.join('\n')));
  });

  test('topics tail prints no control characters, as text or JSON; --raw prints them', async () => {
    await produce();
    const [text, json, raw] = await Promise.all(
      ['', '--json', '--raw'].map((flag) => succeed(run(`topics tail tweets --from start ${flag}`))),
    );
    expect(text).not.toMatch(/[\u0080-\u009f]|\p{Bidi_Control}/u);
    expect(json).not.toMatch(/[\u0080-\u009f]/);
    const values = linesOf(json!).map((line) => JSON.stringify(JSON.parse(line).value));
    expect(values.sort()).toEqual([...POSTS].sort());
    for (const post of POSTS) expect(raw).toContain(post);
  });

  test('an error that quotes its input contains no control characters', async () => {
    const { code, stderr } = await run(['produce', 'tweets', '--source', 'a\u009b31m\u202eb\u001b[1m']);
    expect(code).toBe(2);
    expect(stderr).toContain('a 31m b');
    expect(stderr).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  });
});

test.skipIf(process.platform === 'win32')(
  'closing the terminal (SIGHUP, more than once) drains a run as SIGTERM does',
  async () => {
    await produce();
    const running = start(['sink', 'console', '--topics', 'tweets', '--dataset', 'tweets-processed']);
    await running.saw('csi');
    for (let times = 0; times < 3; times++) running.child.kill('SIGHUP');
    expect((await running.done).code).toBe(0);
    expect(await succeed(run('sink console --topics tweets --dataset tweets-processed --once --quiet'))).toBe(
      '',
    );
  },
);
