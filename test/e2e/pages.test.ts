import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS, GROUPS } from '../../src/cli/commands/index.ts';
import { processors } from '../../src/processors/index.ts';
import { sinks } from '../../src/sinks/index.ts';
import { sources } from '../../src/sources/index.ts';
import { blocksOf, PAGES } from '../pages.ts';
import { sandbox, succeed } from './cli.ts';

const BLOCKS = PAGES.flatMap(({ blocks }) => blocks);
const TEXT = PAGES.map(({ text }) => text).join('\n');
/** Blocks marked `sh` are run, a line at a time. */
const LINES = blocksOf('sh').trimEnd().split('\n');

const { run, path } = sandbox();

const POSTS = [
  '{"data":{"id":"1","text":"Bitcoin to the moon, still bullish on $BTC","created_at":"2025-06-01T10:00:00.000Z","author_id":"7","lang":"en"}}',
  '{"id":2,"id_str":"2","created_at":"Sun Jun 01 10:00:05 +0000 2025","full_text":"eth got rekt","user":{"id_str":"8"}}',
];
const TICKS = ['time,price', '2025-06-01T00:00:00Z,2500', '2025-06-01T00:00:05Z,2501.5'];

interface Ended {
  readonly line: string;
  readonly code: number;
  readonly stderr: string;
}

/** A line as a user's shell runs it, with `cryptopipe` on the path. */
const shell = (line: string): Promise<Ended> =>
  new Promise((settle) => {
    const env = { ...process.env, PATH: `${path('bin')}${delimiter}${process.env.PATH}` };
    execFile('bash', ['-o', 'pipefail', '-c', line], { cwd: path(), env }, (error, _, stderr) => {
      const code = error === null ? 0 : ((error as { code?: number }).code ?? -1);
      settle({ line, code, stderr: code === 0 ? '' : stderr.slice(0, 400) });
    });
  });

/** Each call of cryptopipe in the pages, in blocks and in running text: its command and flags. */
const calls = (): { command: string; flags: string[] }[] =>
  BLOCKS.flatMap(({ text }) => text.split('\n'))
    .concat([...TEXT.matchAll(/`(cryptopipe [^`\n]+)`/g)].map(([, text]) => text!))
    .flatMap((line) => [...line.matchAll(/(?:^|\s|\/)cryptopipe ([a-z]+(?: [a-z]+)?)([^|#]*)/g)])
    .flatMap(([, words, rest]) => {
      const command = [words!, words!.split(' ')[0]!].find((name) => Object.hasOwn(COMMANDS, name));
      return command === undefined ? [] : [{ command, flags: rest!.match(/--[a-z0-9-]+/g) ?? [] }];
    });

const lists = (help: string, flag: string): boolean =>
  flag === '--help' || new RegExp(`^  (-., )?${flag} `, 'm').test(help);

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

/** Whether a link in a page names an existing file, and in a page one of its headings. */
function linkExists(from: string, link: string): boolean {
  const [file, anchor] = link.split('#');
  const path = file === '' ? from : join(dirname(from), file!);
  if (anchor === undefined) return existsSync(path);
  const headings = PAGES.find((page) => page.path === path)?.text.matchAll(/^#+ (.*)$/gm) ?? [];
  return [...headings].some(([, heading]) => anchorOf(heading!) === anchor);
}

describe('the README and the docs', () => {
  test('the examples run in order, and each exits 0', { timeout: 10 * 60_000 }, async () => {
    mkdirSync(path('bin'));
    writeFileSync(
      path('bin/cryptopipe'),
      `#!/bin/sh\nexec '${process.execPath}' '${resolve('bin/cryptopipe.js')}' "$@"\n`,
    );
    chmodSync(path('bin/cryptopipe'), 0o755);
    cpSync('examples', path('examples'), { recursive: true });
    writeFileSync(path('posts.jsonl'), `${POSTS.join('\n')}\n`);
    writeFileSync(path('ticks.csv'), `${TICKS.join('\n')}\n`);

    expect(LINES.length).toBeGreaterThan(15);
    const ended: Ended[] = [];
    for (const line of LINES) ended.push(await shell(line));
    expect(ended.filter(({ code }) => code !== 0)).toEqual([]);
    for (const table of ['candles', 'prices', 'tweets_processed'])
      expect(existsSync(path('lake', table, '_delta_log'))).toBe(true);
  });

  test('every flag in an example is a flag of its command', async () => {
    const shown = calls();
    expect(shown.length).toBeGreaterThan(20);
    for (const command of new Set(shown.map((call) => call.command))) {
      const help = await succeed(run(`${command} --help all`));
      const flags = new Set(shown.filter((call) => call.command === command).flatMap((call) => call.flags));
      expect([...flags].filter((flag) => !lists(help, flag))).toEqual([]);
    }
  });

  test('every flag that the text mentions is a flag of some command', async () => {
    const helpTexts = await Promise.all(
      ['', ...Object.keys(COMMANDS)].map((name) =>
        succeed(run(name === '' ? '--help' : `${name} --help all`)),
      ),
    );
    const text = TEXT.replace(/^```.*?^```$/gms, '');
    const flags = new Set([...text.matchAll(/`(?:[a-z]+ )?(--[a-z0-9-]+)/g)].map(([, flag]) => flag!));
    expect(flags.size).toBeGreaterThan(10);
    expect([...flags].filter((flag) => !helpTexts.some((help) => lists(help, flag)))).toEqual([]);
  });

  test('every command, source, processor and sink is mentioned', () => {
    const required = [
      ...[...Object.keys(COMMANDS), ...Object.keys(GROUPS)].map((name) => `cryptopipe ${name}`),
      ...Object.keys(sources).map((name) => `--source ${name}`),
      ...Object.keys(processors).map((name) => `\`${name}\``),
      ...Object.keys(sinks).map((name) => `cryptopipe sink ${name}`),
    ];
    expect(required.filter((text) => !TEXT.includes(text))).toEqual([]);
  });

  test('every link leads to a file and a heading that exist', () => {
    const broken = PAGES.flatMap(({ path, text }) =>
      [...text.replace(/^```.*?^```$/gms, '').matchAll(/\]\(([^)]+)\)/g)]
        .map(([, link]) => link!)
        .filter((link) => !link.includes('://') && !linkExists(path, link))
        .map((link) => `${path}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  test('every page in docs/ can be reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const path of reached)
      for (const [, link] of PAGES.find((page) => page.path === path)?.text.matchAll(/\]\(([^)#]+)/g) ?? [])
        if (link!.endsWith('.md')) reached.add(join(dirname(path), link!));
    const docs = PAGES.map(({ path }) => path).filter((path) => path.startsWith('docs/'));
    expect(docs.filter((path) => !reached.has(path))).toEqual([]);
  });

  test('the README has at most 160 lines', () => {
    expect(PAGES[0]!.text.trimEnd().split('\n').length).toBeLessThanOrEqual(160);
  });
});
