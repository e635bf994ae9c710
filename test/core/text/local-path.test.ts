import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localPath } from '../../../src/core/text/local-path.ts';

describe('a plain path is kept as written', () => {
  test.each([
    'lake',
    '.',
    '/data/lake',
    '../a b',
    '-',
    './~',
    './~/x',
    '~backup.csv',
    'a:b',
    'C:\\lake',
    's3:x',
    'a//b',
  ])('%s', (text) => {
    expect(localPath(text)).toBe(text);
  });
});

describe('a file URL becomes its path', () => {
  test.each([
    ['file:///data/lake', '/data/lake'],
    ['FILE:///data/a%20b%3F', '/data/a b?'],
    ['file://localhost/data', '/data'],
    ['file:/data', '/data'],
  ])('%s', (url, path) => {
    expect(localPath(url)).toBe(path);
  });

  test('a file URL of any path becomes that path', () => {
    const names = fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1 });
    fc.assert(
      fc.property(names, (parts) => {
        const path = `/a${parts.join('/')}`;
        fc.pre(!path.includes('\0'));
        expect(localPath(`file://${path.split('/').map(encodeURIComponent).join('/')}`)).toBe(path);
      }),
      { seed: 12 },
    );
  });
});

describe('a text that is not a path on this machine is rejected', () => {
  test.each([
    ['', 'empty'],
    ['a\0b', 'NUL'],
    ['~', 'full path'],
    ['~/lake', 'full path'],
    ['~ann/lake', 'full path'],
    ['file://server/share', 'file:///FOLDER/NAME'],
    ['file:lake', 'file:///FOLDER/NAME'],
    ['file:///a?b', '%3F'],
    ['file:///%zz', 'percent-encoded'],
    ['file:///a%00', 'NUL'],
    ['https://host/lake', 'file:///FOLDER/NAME'],
    ['hdfs://host/lake', 'hdfs://'],
    ['s3://bucket/lake', 'USE THIS'],
    ['S3A://bucket/lake', 'USE THIS'],
    ['gs://bucket/lake', 'USE THIS'],
  ])("'%s'", (text, why) => {
    expect(() => localPath(text, 'USE THIS')).toThrow(RangeError);
    expect(() => localPath(text, 'USE THIS')).toThrow(why);
  });

  test('an error about a URL does not repeat its password', () => {
    for (const scheme of ['ftp', 's3', 'file'])
      expect(() => localPath(`${scheme}://user:hunter2@host/x`)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
      );
  });
});
