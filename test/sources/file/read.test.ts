import { appendFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import {
  barsOf,
  importPosts,
  importPrices,
  PRICES,
  rejectsOf,
  samplesOf,
  sourceHarness,
} from '../collect.ts';
import { temporaryFolder } from '../folder.ts';

const { write, folder } = temporaryFolder();

const row = (minute: number) => `${1_748_736_000_000 + minute * 60_000},${100 + minute}.25\n`;
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => row(from + index)).join('');
const prices = (records: Parameters<typeof samplesOf>[0]) => samplesOf(records).map(([, price]) => price);

describe('a second run', () => {
  test('a second run reads what was appended, and nothing when nothing was', async () => {
    const path = write(`time,price\n${rows(0, 3)}`);
    const around = sourceHarness();
    expect(prices((await importPrices(path, around)).records)).toEqual([100.25, 101.25, 102.25]);
    expect((await importPrices(path, around)).records).toEqual([]);
    appendFileSync(path, rows(3, 5));
    expect(prices((await importPrices(path, around)).records)).toEqual([103.25, 104.25]);
    appendFileSync(path, 'x\n');
    expect(rejectsOf((await importPrices(path, around)).records)).toEqual([
      [7, '1 fields, but the header has 2'],
    ]);
    expect(around.warnings).toEqual([]);
  });

  test('knows the interval that the first run found', async () => {
    const candle = (minute: number) => `${1_748_736_000 + minute * 60},10,12,9,11\n`;
    const path = write(`time,open,high,low,close\n${candle(0)}${candle(1)}`);
    const around = sourceHarness();
    expect((await importPrices(path, around)).records).toHaveLength(2);
    appendFileSync(path, candle(5));
    expect(barsOf((await importPrices(path, around)).records)).toEqual([
      ['2025-06-01T00:05:00.000Z', '2025-06-01T00:06:00.000Z', 10, 12, 9, 11],
    ]);
  });

  test('a second run begins at the start while the first candle waits for a second one that tells its length', async () => {
    const path = write(`time,open,high,low,close\n1748736000,10,12,9,11\n${'bad\n'.repeat(5000)}`);
    const around = sourceHarness();
    await expect(importPrices(path, around)).rejects.toMatchObject({ code: 'usage' });
    appendFileSync(path, '1748736060,11,12,9,10\n');
    expect(barsOf((await importPrices(path, around)).records)).toHaveLength(2);
  });

  test('a run into another topic, or with --from-start, reads the whole file again', async () => {
    const path = write(`time,price\n${rows(0, 3)}`);
    const around = sourceHarness();
    await importPrices(path, around);
    expect((await importPrices(path, around, { topic: 'other' })).records).toHaveLength(3);
    expect((await importPrices(path, around, { fromStart: true })).records).toHaveLength(3);
    expect((await importPrices(path, around)).records).toHaveLength(0);
  });

  test('a second run reads a file that was replaced or became shorter from its start, and logs it', async () => {
    const path = write(`time,price\n${rows(0, 100)}`);
    const around = sourceHarness();
    await importPrices(path, around);
    writeFileSync(path, `time,price\n${rows(0, 60)}`);
    expect((await importPrices(path, around)).records).toHaveLength(60);
    expect(around.warnings).toEqual([expect.stringContaining('is shorter than when it was read before')]);
    writeFileSync(path, `time,price\n${rows(500, 700)}`);
    expect((await importPrices(path, around)).records).toHaveLength(200);
    expect(around.warnings[1]).toContain('is not the file that was read before');
  });

  test('a position that cannot be read is a problem', async () => {
    const path = write(`time,price\n${row(0)}`);
    const around = sourceHarness();
    await importPrices(path, around);
    around.positions.set([...around.positions.keys()][0]!, '{');
    await expect(importPrices(path, around)).rejects.toMatchObject({ code: 'damaged' });
  });

  test('gzip that grew by a member is read on; its position counts the text', async () => {
    const head = gzipSync(`time,price\n${rows(0, 2000)}`);
    const path = write(head);
    const around = sourceHarness();
    expect((await importPrices(path, around)).records).toHaveLength(2000);
    writeFileSync(path, Buffer.concat([head, gzipSync(rows(2000, 2003))]));
    expect(prices((await importPrices(path, around)).records)).toEqual([2100.25, 2101.25, 2102.25]);
    writeFileSync(path, gzipSync(`time,price\n${rows(0, 1500)}`));
    expect((await importPrices(path, around)).records).toHaveLength(1500);
    expect(around.warnings).toEqual([expect.stringContaining('is shorter')]);
  });

  test('after a stop goes on right behind the last chunk', async () => {
    const path = write(`time,price\n${rows(0, 5000)}`);
    const around = sourceHarness();
    const { file } = await import('../../../src/sources/file/file.ts');
    const readSettings = { ...PRICES, file: [path] };
    let taken = 0;
    for await (const chunk of file.read(readSettings, around.context)) {
      taken += chunk.records.length;
      around.positions.set(chunk.position!.name, chunk.position!.value);
      around.stop.abort();
    }
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(5000);
    const rest = await importPrices(path, { ...around, ...resume(around) });
    expect(prices(rest.records)[0]).toBe(100.25 + taken);
    expect(rest.records).toHaveLength(5000 - taken);
  });
});

/** The same positions with a signal that is not aborted. */
function resume(around: ReturnType<typeof sourceHarness>) {
  const context = { ...sourceHarness().context, position: around.context.position };
  return { context };
}

const post = (id: number, text = 'bitcoin') =>
  `{"id_str":"${id}","text":"${text} ${id} ${'x'.repeat(60)}","created_at":"2025-06-01T10:00:00.000Z"}\n`;
const posts = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => post(from + index)).join('');
type Records = Awaited<ReturnType<typeof importPosts>>['records'];
const idsOf = (records: Records) => records.map(({ value }) => JSON.parse(value!).id_str as string);
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

describe('a file that changed in what was read of it', () => {
  const first = posts(100, 131);
  test.each([
    ['replaced by a longer one with the same first kilobyte', `${posts(100, 115)}${posts(500, 561)}`],
    ['with a line inserted behind its first kilobyte', `${posts(100, 112)}${post(600)}${posts(112, 131)}`],
    ['with a line rewritten in its length', `${posts(100, 120)}${post(120, 'BITCOIN')}${posts(121, 131)}`],
    ["with two lines in each other's place", `${posts(100, 128)}${post(129)}${post(128)}${posts(130, 140)}`],
  ])(
    'a file that changed before the place read to is read from its start, with a warning: %s',
    async (_, second) => {
      for (const pack of [(text: string) => text, gzipSync]) {
        const path = write(pack(first));
        const around = sourceHarness();
        expect((await importPosts(path, around)).records).toHaveLength(31);
        writeFileSync(`${path}.new`, pack(second));
        renameSync(`${path}.new`, path);
        const ids = [...second.matchAll(/"id_str":"(\d+)"/g)].map(([, id]) => id);
        expect(idsOf((await importPosts(path, around)).records)).toEqual(ids);
        expect(around.warnings).toEqual([
          expect.stringContaining('has changed in what was read before: it is read from the start'),
        ]);
        expect((await importPosts(path, around)).records).toEqual([]);
        expect(around.warnings).toHaveLength(1);
      }
    },
  );

  test('a file that changed only in its last row is read from that row on', async () => {
    for (const pack of [(text: string) => text, gzipSync]) {
      const path = write(pack(first));
      const around = sourceHarness();
      await importPosts(path, around);
      writeFileSync(path, pack(`${posts(100, 130)}${post(130, 'BITCOIN')}${post(131)}`));
      expect(idsOf((await importPosts(path, around)).records)).toEqual(['130', '131']);
      expect(around.warnings).toEqual([]);
      expect(around.infos).toEqual([
        `--file ${path}: line 31, the last one read, has changed: it is read from there`,
      ]);
    }
  });

  test('a changed file is noticed by its cut line where an older version stored the position without a sum', async () => {
    const path = write(first);
    const around = sourceHarness();
    await importPosts(path, around);
    const forget = () => {
      for (const [name, value] of around.positions) {
        const { sum, ...old } = JSON.parse(value) as { sum: number };
        expect(sum).toBeGreaterThan(0);
        around.positions.set(name, JSON.stringify(old));
      }
    };
    forget();
    appendFileSync(path, post(131));
    expect(idsOf((await importPosts(path, around)).records)).toEqual(['131']);
    forget();
    writeFileSync(path, `${posts(100, 115)}${post(7, 'bit')}${posts(500, 561)}`);
    expect((await importPosts(path, around)).records).toHaveLength(77);
    expect(around.warnings).toEqual([expect.stringContaining('has changed in what was read before')]);
  });

  test('emptied and written anew, shorter, is read from its start', async () => {
    const path = write(first);
    const around = sourceHarness();
    await importPosts(path, around);
    writeFileSync(path, '');
    expect((await importPosts(path, around)).records).toEqual([]);
    writeFileSync(path, posts(700, 706));
    expect(idsOf((await importPosts(path, around)).records)).toEqual(numbers(700, 706));
  });

  test('a text that no reader takes still counts in the sum of a file', async () => {
    const long = 'y'.repeat(3 * 2 ** 20);
    const path = write(`${first}${long}\n${post(131)}`);
    const around = sourceHarness();
    expect((await importPosts(path, around)).records).toHaveLength(33);
    appendFileSync(path, post(132));
    expect(idsOf((await importPosts(path, around)).records)).toEqual(['132']);
    writeFileSync(path, `${first}${long.replace(/y$/, 'z')}\n${posts(131, 134)}`);
    expect((await importPosts(path, around)).records).toHaveLength(35);
    expect(around.warnings).toEqual([expect.stringContaining('has changed')]);
  });
});

describe('a symbolic link', () => {
  test('a symbolic link to a file that was read is the same file, and the other way round', async () => {
    const path = write(posts(1, 4));
    symlinkSync(path, `${path}.link`);
    const around = sourceHarness();
    expect((await importPosts(path, around)).records).toHaveLength(3);
    expect((await importPosts(`${path}.link`, around)).records).toEqual([]);
    appendFileSync(path, post(4));
    expect(idsOf((await importPosts(`${path}.link`, around)).records)).toEqual(['4']);
    expect((await importPosts(path, around)).records).toEqual([]);
    expect(around.warnings).toEqual([]);
  });

  test('a symbolic link in a folder of the path leads to the same file', async () => {
    const path = write(posts(1, 4));
    symlinkSync(folder, `${path}.folder`);
    const around = sourceHarness();
    await importPosts(path, around);
    expect((await importPosts(`${path}.folder/${path.slice(folder.length + 1)}`, around)).records).toEqual(
      [],
    );
  });

  test('a symbolic link that an older version read continues where that stopped', async () => {
    const path = write(posts(1, 4));
    const symlink = `${path}.link`;
    symlinkSync(path, symlink);
    const around = sourceHarness();
    await importPosts(symlink, around);
    const [[name, value]] = [...around.positions] as [[string, string]];
    around.positions.clear();
    around.positions.set(name.replace(path, symlink), value);
    appendFileSync(path, post(4));
    expect(idsOf((await importPosts(symlink, around)).records)).toEqual(['4']);
    expect((await importPosts(path, around)).records).toEqual([]);
  });
});

test('gzip with bytes behind it gives all that it holds, then names them, at each run', async () => {
  const packed = gzipSync(`time,price\n${rows(0, 3)}`);
  const path = write(Buffer.concat([packed, Buffer.from('1748736180000,9\n')]));
  const around = sourceHarness();
  const { file } = await import('../../../src/sources/file/file.ts');
  const readSettings = { ...PRICES, file: [path] };
  let taken = 0;
  const run = async () => {
    for await (const chunk of file.read(readSettings, around.context)) {
      taken += chunk.records.length;
      if (chunk.position) around.positions.set(chunk.position.name, chunk.position.value);
    }
  };
  for (let times = 0; times < 2; times++) {
    await expect(run()).rejects.toMatchObject({
      code: 'damaged',
      message: `--file ${path}: its gzip stream is whole, but bytes that are not gzip follow it from byte ${packed.length} on`,
    });
    expect(taken).toBe(3);
  }
});

test('gzip followed by padding zeros, as on tapes, is read as a whole file', async () => {
  const path = write(Buffer.concat([gzipSync(`time,price\n${rows(0, 3)}`), Buffer.alloc(5000)]));
  expect((await importPrices(path)).records).toHaveLength(3);
});

describe('a last line without a line end', () => {
  test('a last line without a line end is taken when it is whole, and not again when its end has come', async () => {
    const path = write(`time,price\n${rows(0, 2).trimEnd()}`);
    const around = sourceHarness();
    expect((await importPrices(path, around)).records).toHaveLength(2);
    expect((await importPrices(path, around)).records).toHaveLength(0);
    appendFileSync(path, `\n${row(2)}`);
    expect(prices((await importPrices(path, around)).records)).toEqual([102.25]);
    expect(around.warnings).toEqual([]);
  });

  test('a last line without a line end is left for the next run when it is not, with a warning', async () => {
    const path = write(`time,price\n${row(0)}1748736060000,`);
    const around = sourceHarness();
    expect((await importPrices(path, around)).records).toHaveLength(1);
    expect(around.warnings).toEqual([
      expect.stringContaining('the last line (3) has no line end and is left'),
    ]);
    appendFileSync(path, `7\n`);
    expect(prices((await importPrices(path, around)).records)).toEqual([7]);
  });

  test('a last line without a line end that was taken and then grew to another price is written again, with a warning', async () => {
    const path = write(`time,price\n${row(0)}1748736060000,10`);
    const around = sourceHarness();
    expect(prices((await importPrices(path, around)).records)).toEqual([100.25, 10]);
    appendFileSync(path, `4.5\n${row(2)}`);
    expect(prices((await importPrices(path, around)).records)).toEqual([104.5, 102.25]);
    expect(around.warnings).toEqual([expect.stringContaining('line 3 was cut when the last run took it')]);
  });

  test('the last line of a pipe is taken or rejected, with or without a line end', async () => {
    const around = sourceHarness([Buffer.from(`time,price\n${row(0)}oops`)]);
    const { records } = await importPrices('-', around);
    expect(prices(records)).toEqual([100.25]);
    expect(rejectsOf(records)).toEqual([[3, '1 fields, but the header has 2']]);
    expect(around.positions.size).toBe(0);
  });
});

describe('a file cut at any byte into two runs gives what one run gives', () => {
  const candle = (minute: number) => `${1_748_736_000 + minute * 60},10,12.5,9,11.25,3.75é\n`;
  const texts = {
    candles: `time,open,high,low,close,note\n${[0, 1, 2, 3].map(candle).join('')}`,
    quotes: [1, 2, 3].map((price) => `{"price":${price}.5,"time":174873600${price},"name":"é"}\n`).join(''),
    posts: `{"id_str":"1","text":"é"}\r\n\r\n{"delete":{}}\r\nnope\r\n{"data":{"id":"2","text":"🚀"}}\r\n`,
  };
  const importing = { candles: importPrices, quotes: importPrices, posts: importPosts };

  test.each(['candles', 'quotes', 'posts'] as const)('%s', async (name) => {
    const bytes = Buffer.from(texts[name]);
    const path = write('');
    /** A cut file may be no import yet: its header or first candle is not whole. It then writes nothing. */
    const run = async (around: ReturnType<typeof sourceHarness>) => {
      try {
        return (await importing[name](path, around)).records;
      } catch (problem) {
        expect(problem).toBeInstanceOf(UserError);
        return [];
      }
    };
    writeFileSync(path, bytes);
    const whole = await run(sourceHarness());
    for (let cut = 0; cut <= bytes.length; cut++) {
      const around = sourceHarness();
      writeFileSync(path, bytes.subarray(0, cut));
      const first = await run(around);
      writeFileSync(path, bytes);
      expect([...first, ...(await run(around))], `cut at byte ${cut}`).toEqual(whole);
    }
  });

  test('a cut file of ticks gives them all in two runs, and a price that was cut itself as well', async () => {
    const text = `time,price\n${rows(0, 30)}`;
    const path = write(text);
    const whole = (await importPrices(path)).records;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 12, max: text.length }), async (cut) => {
        const around = sourceHarness();
        writeFileSync(path, text.slice(0, cut));
        const first = (await importPrices(path, around)).records;
        writeFileSync(path, text);
        const both = [...first, ...(await importPrices(path, around)).records];
        const extra = both.filter((record) => !whole.some(({ value }) => value === record.value));
        const warned = around.warnings.filter((warning) => warning.includes('was cut'));
        expect(extra).toHaveLength(warned.length);
        expect(both.filter((record) => !extra.includes(record))).toEqual(whole);
        if (text[cut - 1] === '\n') expect(extra).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('standard input', () => {
  test('standard input is read with --file -, in whatever pieces it comes, without a position', async () => {
    const bytes = Buffer.from(`time,price\n${rows(0, 10)}`);
    for (const whole of [bytes, gzipSync(bytes)]) {
      const pieces = Array.from({ length: whole.length }, (_, at) => whole.subarray(at, at + 1));
      const around = sourceHarness(pieces);
      expect((await importPrices('-', around)).records).toHaveLength(10);
      expect(around.positions.size).toBe(0);
    }
  });

  test('standard input that is empty gives nothing', async () => {
    expect((await importPrices('-', sourceHarness([]))).records).toEqual([]);
  });
});

describe('a file that is no import', () => {
  test('an empty one is fine, with a warning', async () => {
    for (const empty of ['', gzipSync('')]) {
      const around = sourceHarness();
      expect((await importPrices(write(empty), around)).records).toEqual([]);
      expect(around.warnings).toEqual([expect.stringContaining('is empty')]);
    }
  });

  test('a binary one is a usage problem, plain, compressed or piped', async () => {
    const binary = Buffer.from([1, 2, 0, 3, 10, 65]);
    const cause = { code: 'usage', message: expect.stringContaining('is a binary file') };
    await expect(importPrices(write(binary))).rejects.toMatchObject(cause);
    await expect(importPosts(write(gzipSync(binary)))).rejects.toMatchObject(cause);
    await expect(importPosts('-', sourceHarness([binary]))).rejects.toMatchObject(cause);
  });

  test('a missing one and an empty folder are usage problems', async () => {
    await expect(importPosts(`${folder}/none`)).rejects.toMatchObject({
      code: 'usage',
      message: `--file ${folder}/none: there is no such file`,
    });
    mkdirSync(`${folder}/empty`);
    await expect(importPosts(`${folder}/empty`)).rejects.toMatchObject({
      code: 'usage',
      message: `--file ${folder}/empty: it is a folder without files to read (csv, json, jsonl, parquet, gz, zip, zst)`,
    });
  });

  test('gzip that is cut short gives what it holds, then a problem', async () => {
    const zipped = gzipSync(`time,price\n${rows(0, 20_000)}`);
    const around = sourceHarness();
    const { file } = await import('../../../src/sources/file/file.ts');
    const path = write(zipped.subarray(0, zipped.length - 2000));
    const readSettings = { ...PRICES, file: [path] };
    let taken = 0;
    const run = async () => {
      for await (const chunk of file.read(readSettings, around.context)) {
        taken += chunk.records.length;
        if (chunk.position) around.positions.set(chunk.position.name, chunk.position.value);
      }
    };
    await expect(run()).rejects.toMatchObject({ code: 'damaged' });
    expect(taken).toBeGreaterThan(1000);
    writeFileSync(path, zipped);
    expect((await importPrices(path, around)).records).toHaveLength(20_000 - taken);
  });
});

test('chunks hold some hundred records each', async () => {
  const { sizes } = await importPrices(write(`time,price\n${rows(0, 20_000)}`));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2000);
  expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(500);
});
