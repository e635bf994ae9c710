import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../src/cli/app.ts';
import {
  pageComplaints,
  pageOptions,
  pageToken,
  relevanceComplaints,
  topicOption,
} from '../../../src/cli/page/page-options.ts';
import { fakeIo } from '../fakes.ts';

const LONG = 'x'.repeat(16);
const settings = (listen: string, token: boolean) => ({
  listen: pageOptions.listen.parse(listen),
  token,
  pageHost: [],
});
const textsOf = (listen: string, token: boolean, env: Record<string, string> = {}) =>
  pageComplaints(settings(listen, token), env).map(({ text }) => text);

describe('who may read the page', () => {
  test('likes and dislikes are taken on this machine only', () => {
    const about = (listen: string) => relevanceComplaints(settings(listen, true), 'model.json');
    expect(about('127.0.0.1:8088')).toEqual([]);
    expect(about('0.0.0.0:8088')).toMatchObject([{ about: '--relevance' }]);
    expect(relevanceComplaints(settings('0.0.0.0:8088', true), undefined)).toEqual([]);
  });

  test('a file that is no model of likes is refused before the page is served', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'page-')), 'model.json');
    writeFileSync(file, '{}');
    expect(relevanceComplaints(settings('127.0.0.1:1', false), file)).toMatchObject([
      { text: expect.stringContaining('it is no model of schema relevance/1') },
    ]);
  });

  test('the default address stays on this machine', () => {
    expect(pageOptions.listen.fallback).toEqual(pageOptions.listen.parse(pageOptions.listen.fallbackText));
    expect(textsOf(pageOptions.listen.fallbackText, false)).toEqual([]);
  });

  test.each(['0.0.0.0:8088', '[::]:8088', '192.168.0.7:1', 'desk.example:80'])(
    '%s needs a token',
    (listen) => {
      expect(textsOf(listen, false)).toEqual([expect.stringMatching(/add --token/)]);
      expect(textsOf(listen, true, { CRYPTOPIPE_PAGE_TOKEN: LONG })).toEqual([]);
    },
  );

  test('a token that is missing, short, or in a file that cannot be read is refused without being printed', () => {
    expect(textsOf('127.0.0.1:1', true)).toEqual([
      expect.stringMatching(/there is no token; set CRYPTOPIPE_PAGE_TOKEN/),
    ]);
    expect(textsOf('127.0.0.1:1', true, { CRYPTOPIPE_PAGE_TOKEN: 'secret' })).toEqual([
      expect.stringMatching(/^(?!.*secret).*a token of 6 characters/),
    ]);
    expect(textsOf('127.0.0.1:1', true, { CRYPTOPIPE_PAGE_TOKEN_FILE: '/none' })).toEqual([
      expect.stringMatching(/none/),
    ]);
  });

  test('a token may be in a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'token-')), 'token');
    writeFileSync(file, `${LONG}\n`);
    expect(pageToken({ CRYPTOPIPE_PAGE_TOKEN_FILE: file })).toBe(LONG);
  });
});

describe('the topics of the page', () => {
  test('a topic may be renamed, the others keep their names', () => {
    expect(topicOption.parse('candles=my-candles')).toEqual({
      ...topicOption.fallback,
      candles: 'my-candles',
    });
  });

  test.each([
    ['prices=a', /reads no topic 'prices'; it reads candles/],
    ['candles=a b', /not a topic name/],
    ['candles', /write|not name=/],
  ])('%s is refused', (text, message) => {
    expect(() => topicOption.parse(text)).toThrow(message);
  });
});

describe('flags of the page in a run', () => {
  const complaintsOf = async (...argv: string[]) => {
    const { io, written } = fakeIo();
    const code = await runCommandLine(['run', ...argv], io);
    return [code, written.err] as const;
  };

  test.each(['--listen 127.0.0.1:1', '--token', '--page-host a'])(
    '%s without --page has no effect and is refused',
    async (flags) => {
      const [code, text] = await complaintsOf(...flags.split(' '));
      expect(code).toBe(2);
      expect(text).toMatch(/only has an effect with --page/);
    },
  );

  test('a run that ends by itself has no page', async () => {
    const [code, text] = await complaintsOf('--page', '--once');
    expect([code, text]).toEqual([2, expect.stringMatching(/use 'cryptopipe page' after it/)]);
  });

  test('a run with a page that others can reach needs a token', async () => {
    const [code, text] = await complaintsOf('--page', '--listen', '0.0.0.0:8088');
    expect([code, text]).toEqual([2, expect.stringMatching(/add --token/)]);
  });
});
