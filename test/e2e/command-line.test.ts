import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandbox, succeed } from './cli.ts';
import { query } from './lake.ts';

const EXTRACT = resolve('examples/data/btcusdt-1m.csv');
const MINUTES = readFileSync(EXTRACT, 'utf8').trim().split('\n').length - 1;
const { run, start, path } = sandbox();

const IMPORT = ['prices', '--source', 'file', '--file', EXTRACT, '--base', 'btc', '--quote', 'usdt'];
const produce = (...more: string[]) => succeed(run(['produce', ...IMPORT, ...more]));

interface Described {
  readonly partitions: number;
  readonly partition_infos: readonly { partition: number; records: number }[];
  readonly groups: readonly { group: string; partition: number; committed: number | null; lag: number }[];
}
const describeTopic = async (name: string): Promise<Described> =>
  JSON.parse(await succeed(run(`topics describe ${name} --json`)));

const jsonLines = (text: string): Record<string, unknown>[] =>
  text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));

describe('help', () => {
  const COMMANDS = [
    'run',
    'produce',
    'process',
    'sink',
    'topics create',
    'topics list',
    'topics describe',
    'topics tail',
    'topics reset',
    'topics delete',
  ];

  test('--help, or no argument, shows every command and how to start', async () => {
    const help = await succeed(run('--help'));
    expect(await succeed(run([]))).toBe(help);
    for (const name of new Set(COMMANDS.map((command) => command.split(' ')[0])))
      expect(help).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(help).toContain('cryptopipe run --sample');
  });

  test.each(COMMANDS)('%s --help lists its flags and examples', async (command) => {
    const help = await succeed(run(`${command} --help all`));
    expect(help).toContain(`Usage: cryptopipe ${command} `);
    expect(help).toContain('--bus <url>');
    const examples = help.split('\nExamples:\n')[1]!.split('\n\n')[0]!.split('\n');
    expect(examples.some((line) => line.startsWith(`  cryptopipe ${command}`))).toBe(true);
  });

  test('--version prints the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await succeed(run('--version'))).toBe(`${version}\n`);
  });
});

test('a missing --env-from file is reported with other problems, not by Node', async () => {
  for (const words of ['--env-from none.env', '--env-from=none.env']) {
    const { code, stdout, stderr } = await run(`process --once ${words} --lateness x`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--env-from none.env: there is no such file');
    expect(stderr).toContain('--lateness');
  }
});

describe('a typo exits 2 and suggests the right word', () => {
  test.each([
    ['proces', 'did you mean process?'],
    ['process --wndow 5m', 'did you mean --window?'],
    ['process candels', 'did you mean candles?'],
    ['produce prices --source fiel --file x.csv', 'did you mean file?'],
    ['produce price --source file --file x.csv', 'did you mean prices?'],
    ['sink fle --once', 'did you mean file?'],
    ['topics lst', 'did you mean list?'],
    ['sink file --topics candels', 'did you mean candles?'],
    ['process candles --in price=mine', 'did you mean prices?'],
  ])('%s', async (line, hint) => {
    const { code, stdout, stderr } = await run(line);
    expect(stderr).toContain(hint);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('a missing topic exits 2 and suggests the right name', async () => {
    await succeed(run('topics create candles'));
    const { code, stderr } = await run('topics tail candels');
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean candles?');
  });
});

describe('settings', () => {
  test('several invalid settings are reported at once', async () => {
    writeFileSync(path('config.json'), '{"windw": "10m", "tolerance": "never"}');
    const { code, stdout, stderr } = await run(
      'process candels --latenes 30s --window 0s --idle 900d --bus s3:x --config config.json',
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const what of ['candels', '--latenes', '--window', '--idle', '--bus', "'windw'", "'tolerance'"])
      expect(stderr).toContain(what);
  });

  test('a bus of an unknown kind is refused', async () => {
    for (const bus of ['redis://h:6379', 'local:', 'nothing']) {
      const { code, stderr } = await run(['topics', 'list', '--bus', bus]);
      expect(code).toBe(2);
      expect(stderr).toContain('local:DIR');
    }
  });

  test('a flag overrides the environment, which overrides the config file, which overrides the default', async () => {
    await produce();
    await succeed(run('process join --once'));
    writeFileSync(path('config.json'), '{"window": ["3m"], "close": true, "source": "sample"}');
    const windows = async (args: string, env: Record<string, string> = {}) => {
      // Each under a name of its own, so that it starts afresh.
      const out = `c${seen++}`;
      await succeed(run(`process candles --once --app ${out} --out ${out} ${args}`, env));
      const tail = await succeed(run(`topics tail ${out} --from start --json`));
      return [...new Set(jsonLines(tail).map(({ value }) => (value as { window: string }).window))];
    };
    let seen = 0;
    const env = { CRYPTOPIPE_WINDOW: '2m', CRYPTOPIPE_CONFIG: 'config.json' };
    expect(await windows('')).toEqual(['10m']);
    expect(await windows('--config config.json')).toEqual(['3m']);
    expect(await windows('', env)).toEqual(['2m']);
    expect(await windows('--window 1m', env)).toEqual(['1m']);
  });

  test('an error in a setting names the environment variable or file that it comes from', async () => {
    writeFileSync(path('config.json'), '{"idle": "soon"}');
    const { code, stderr } = await run('process --once --config config.json', { CRYPTOPIPE_WINDOW: '1x' });
    expect(code).toBe(2);
    expect(stderr).toContain("CRYPTOPIPE_WINDOW: '1x'");
    expect(stderr).toContain("'idle' in the config file: 'soon'");
  });
});

describe('streams', () => {
  test('--once: stdout is one JSON object and nothing else, log lines go to stderr', async () => {
    writeFileSync(path('empty.csv'), '');
    const empty = await run('produce prices --source file --file empty.csv --base btc --quote usdt --once');
    expect(empty.code).toBe(0);
    expect(JSON.parse(empty.stdout)).toMatchObject({ in: 0, out: 0 });
    expect(empty.stderr).toMatch(/ warn +--file empty\.csv is empty\n/);

    await produce('--once');
    for (const line of [
      'process --once',
      'sink file --once',
      'run prices --source file --file empty.csv --base btc --quote usdt --once',
    ])
      expect(JSON.parse(await succeed(run(line)))).toHaveProperty('seconds');
    const console = await run('sink console --topics candles --once --log json');
    expect(jsonLines(console.stdout).length).toBeGreaterThan(280);
    expect(jsonLines(console.stderr)).toMatchObject([{ level: 'info' }]);
  });

  test('a reader that leaves after one line ends the program silently', async () => {
    await produce();
    await succeed(run('process --window 1m --once'));
    for (const line of ['topics tail candles --from start --json', 'sink console --topics candles --once']) {
      const { child, done } = start(line.split(' '));
      child.stdout!.once('data', () => child.stdout!.destroy());
      const { code, stdout, stderr } = await done;
      expect(stdout).toContain('"window":"1m"');
      expect(stdout.length).toBeLessThan(500_000);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
  });
});

describe('topics', () => {
  test('topics can be created, listed, described and deleted', async () => {
    const create = 'topics create mine --partitions 2 --retention 1h --compact';
    expect(await succeed(run(create))).toBe('created topic mine: 2 partitions, retention 1h, compacted\n');
    expect(await succeed(run(create))).toContain('already exists');
    expect(await succeed(run('topics create mine --partitions 4'))).toMatch(/^partitions +2 +4$/m);
    const other = await run('topics create mine --partitions 4 --update');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('cannot be changed to 4');
    const [listed] = JSON.parse(await succeed(run('topics list --json')));
    expect(listed).toMatchObject({ name: 'mine', partitions: 2, retention_ms: 3_600_000, compacted: true });
    expect(await succeed(run('topics list'))).toMatch(/^mine +2 +0 +0B +1h +yes$/m);
    expect(await succeed(run('topics describe mine'))).toContain('No group reads this topic.');

    const refused = await run('topics delete mine');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--yes');
    expect(await succeed(run('topics delete mine --yes'))).toBe('deleted topic mine\n');
    expect(JSON.parse(await succeed(run('topics list --json')))).toEqual([]);
    expect((await run('topics describe mine')).code).toBe(2);
  });

  test('describe shows the lag of each group', async () => {
    await produce();
    await succeed(run('process candles --once'));
    const topic = await describeTopic('bars-file');
    const nonEmpty = topic.partition_infos.find(({ records }) => records > 0)!;
    expect(nonEmpty.records).toBe(MINUTES);
    const row = topic.groups.find(
      ({ group, partition }) => group === 'cryptopipe.candles' && partition === nonEmpty.partition,
    );
    expect(row).toMatchObject({ committed: MINUTES, lag: 0 });

    await succeed(
      run(
        [...'produce prices --source file --file - --base btc --quote usdt --interval 1m'.split(' ')],
        {},
        'time,open,high,low,close\n2025-06-03T00:00:00Z,1,1,1,1\n2025-06-03T00:01:00Z,1,1,1,1\n',
      ),
    );
    const behind = (await describeTopic('bars-file')).groups.filter(({ lag }) => lag > 0);
    expect(behind).toEqual([
      { group: 'cryptopipe.candles', partition: nonEmpty.partition, committed: MINUTES, lag: 2 },
    ]);
  });

  test('tail shows the last records, those from an offset, and new ones', async () => {
    await succeed(run('topics create prices-file'));
    const feed = (second: number) =>
      succeed(
        run(
          'produce prices --source file --file - --base btc --quote usdt'.split(' '),
          {},
          `time,price\n2025-06-03T00:00:0${second}Z,10${second}\n`,
        ),
      );
    for (let second = 0; second < 4; second++) await feed(second);
    const prices = async (flags: string) =>
      jsonLines(await succeed(run(`topics tail prices-file --json ${flags}`))).map(
        ({ value }) => (value as { price: number }).price,
      );
    expect(await prices('')).toEqual([100, 101, 102, 103]);
    expect(await prices('--limit 1')).toEqual([103]);
    expect(await prices('--from 2')).toEqual([102, 103]);
    expect(await prices('--from start --limit 2')).toEqual([100, 101]);

    const following = start('topics tail prices-file --follow --json --limit 5'.split(' '));
    await following.saw('"price":103');
    await feed(4);
    await following.saw('"price":104');
    const { code, stdout, stderr } = await following.done;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(jsonLines(stdout)).toHaveLength(5);
  });

  test('a missing bus is an error for read-only commands, and is not created', async () => {
    const { code, stderr } = await run('topics list --bus local:nowhere');
    expect(code).toBe(1);
    expect(stderr).toContain('there is no bus at local:nowhere');
  });
});

describe('runs', () => {
  test('the sample ends with a summary, and a second one gives the same bytes', async () => {
    const bus = ['--bus', 'local:.cryptopipe/sample/bus'];
    const once = async () => {
      const summary = await succeed(run('run --sample'));
      for (const what of ['BTC/USDT, latest 10m candles', '0 late, 8 rejected', 'Try next:'])
        expect(summary).toContain(what);
      const texts = await Promise.all(
        ['candles', 'prices'].map(async (topic) => {
          const tail = await succeed(run(['topics', 'tail', topic, '--from', 'start', '--json', ...bus]));
          return jsonLines(tail)
            .map(({ timestamp, ...record }) => JSON.stringify(record))
            .sort();
        }),
      );
      return texts;
    };
    const first = await once();
    expect(first.map((lines) => lines.length > 1000)).toEqual([true, true]);
    expect(await once()).toEqual(first);
  });

  test('process --once on an empty bus has nothing to do', async () => {
    expect(JSON.parse(await succeed(run('process candles --once')))).toMatchObject({ in: 0, out: 0 });
    await produce();
    expect(JSON.parse(await succeed(run('process --once')))).toMatchObject({ late: 0, rejected: 0 });
    expect((await describeTopic('candles')).partition_infos.some(({ records }) => records > 0)).toBe(true);
  });

  test('Ctrl-C on a continuous run exits 0, and what was read is in the lake', async () => {
    const running = start(['run', ...IMPORT, '--window', '1m', '--dir', 'lake']);
    await expect
      .poll(async () => (await run('topics describe bars-file --json')).stdout)
      .toContain('"lag":0');
    await expect
      .poll(
        async () => {
          const { partition_infos } = await describeTopic('candles');
          return partition_infos.reduce((sum, { records }) => sum + records, 0);
        },
        { timeout: 60_000 },
      )
      .toBe(MINUTES - 1);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.done;
    expect(code).toBe(0);
    // A slow run also says how far it is.
    expect(stderr.replace(/^\S+ info {2}in .*\n/gm, '')).toMatch(
      /^\S+ info {2}\S+: 1m bars of btc\/usdt, oldest first, .*, volume\n\S+ info {2}[\d,]+ records read, [\d,]+ written\n$/,
    );
    expect(await query(path('lake', 'bars'), 'SELECT count(*)::INT AS n FROM t')).toEqual([{ n: MINUTES }]);
    expect(JSON.parse(await succeed(run('sink file --dir lake --once')))).toMatchObject({ in: 0, files: 0 });
  });
});
