import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { s3Store } from '../../../../../src/sinks/lake/store/s3/s3-store.ts';
import { type Asked, afterOpening, inTurn, listing, ok, openAt, type Reply, refusal, stub } from './stub.ts';

const MB = 2 ** 20;
const text = (value: string) => [Buffer.from(value)];
const called = ({ method, path, query }: Asked) =>
  `${method} ${path}${query.has('partNumber') ? ` part ${query.get('partNumber')}` : ''}${query.has('uploads') ? ' uploads' : ''}`;

/** A store at `data` of a bucket; `partBytes` as small as it likes, for a stub minds no size. */
async function place(reply: Reply, partBytes?: number) {
  const { endpoint, asked } = await stub(afterOpening(reply));
  const store = s3Store(await openAt(endpoint), 'data', partBytes);
  asked.length = 0;
  return { store, asked };
}

describe('reading', () => {
  const cut: Reply = (_, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('12345');
    setImmediate(() => response.socket!.destroy());
  };

  test('a truncated body is requested again', async () => {
    const { store, asked } = await place(inTurn(cut, cut, ok('0123456789')));
    expect(String(await store.get('a'))).toBe('0123456789');
    expect(asked).toHaveLength(3);
  });

  test('a missing object is undefined, a missing bucket an error', async () => {
    const { store } = await place(
      inTurn(refusal(404, 'NoSuchKey'), refusal(404, ''), refusal(404, 'NoSuchBucket')),
    );
    expect([await store.get('a'), await store.size('a')]).toEqual([undefined, undefined]);
    await expect(store.get('a')).rejects.toMatchObject({
      message: expect.stringContaining('s3://lake/data/a'),
    });
  });

  test('a listing reads all pages, without folder markers', async () => {
    const { store, asked } = await place(
      inTurn(ok(listing(['data/log/', 'data/log/1&amp;2'], 'next')), ok(listing(['data/log/3']))),
    );
    expect(await store.list('log', '0')).toEqual([
      { name: '1&2', size: 1, modified: Date.UTC(2026, 2, 2), tag: '"e"' },
      { name: '3', size: 1, modified: Date.UTC(2026, 2, 2), tag: '"e"' },
    ]);
    expect(
      asked.map(({ query }) => [
        query.get('prefix'),
        query.get('delimiter'),
        query.get('start-after'),
        query.get('continuation-token'),
      ]),
    ).toEqual([
      ['data/log/', '/', 'data/log/0', null],
      ['data/log/', '/', 'data/log/0', 'next'],
    ]);
  });
});

describe('putIfAbsent', () => {
  test('putIfAbsent is false when the key exists, and restarts after a concurrent write', async () => {
    const { store, asked } = await place(
      inTurn(refusal(409, 'ConditionalRequestConflict'), refusal(412, 'PreconditionFailed')),
    );
    expect(await store.putIfAbsent('a', text('1'))).toBe(false);
    expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual(['*', '*']);
  });

  test('put sends no condition', async () => {
    const { store, asked } = await place(ok());
    await store.put('a', [...text('1'), ...text('2')]);
    expect(asked[0]!.headers['if-none-match']).toBeUndefined();
    expect(String(asked[0]!.body)).toBe('12');
  });
});

/** Takes uploads in parts; `complete` answers the call that ends one. */
function inParts(complete: Reply, part: Reply = ok('', { etag: '"e"' })) {
  let uploads = 0;
  return (asked: Asked, response: Parameters<Reply>[1]) => {
    const { method, query } = asked;
    const begin = ok(`<R><UploadId>upload-${++uploads}</UploadId></R>`);
    const reply =
      method === 'DELETE' ? ok() : method === 'PUT' ? part : query.has('uploads') ? begin : complete;
    return reply(asked, response);
  };
}
const DONE = '<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>';

describe('a file in parts', () => {
  const chunks = [Buffer.alloc(3, 'a'), Buffer.alloc(9, 'b'), Buffer.alloc(1, 'c')];

  test('a multipart upload splits chunks to size, sends two at a time, and adds checksums', async () => {
    let most = 0;
    let open: ServerResponse[] = [];
    const part: Reply = async (_, response) => {
      most = Math.max(most, open.push(response));
      if (open.length < 2) return;
      await new Promise(setImmediate);
      for (const one of open) one.writeHead(200, { etag: '"e"', 'x-amz-checksum-crc32': 'AAAAAA==' }).end();
      open = [];
    };
    const { store, asked } = await place(inParts(ok(DONE), part), 4);
    expect(await store.putIfAbsent('a', chunks)).toBe(true);
    const parts = asked.filter(({ method }) => method === 'PUT');
    const bodies = parts.map(({ query, body }) => `${query.get('partNumber')} ${body}`).sort();
    expect(bodies).toEqual(['1 aaab', '2 bbbb', '3 bbbb', '4 c']);
    expect(most).toBe(2);
    const complete = asked.at(-1)!;
    expect(complete.headers['if-none-match']).toBe('*');
    expect(String(complete.body)).toMatch(/<ChecksumCRC32>AAAAAA==<.*<PartNumber>4</s);
  });

  test.each<[string, Reply]>([
    ['the server knows nothing of it any more', refusal(404, 'NoSuchUpload')],
    ['another write came between', refusal(409, 'ConditionalRequestConflict')],
  ])('a multipart upload restarts when %s', async (_, reply) => {
    const { store, asked } = await place(inParts(inTurn(reply, ok(DONE))), 8);
    await store.put('a', chunks);
    expect(asked.filter(({ query }) => query.has('uploads'))).toHaveLength(2);
    expect(
      asked.filter(({ method }) => method === 'DELETE').map(({ query }) => query.get('uploadId')),
    ).toEqual(['upload-1']);
  });

  test('an error in an answer of status 200 is retried', async () => {
    const late = ok('<?xml version="1.0"?><Error><Code>InternalError</Code><Message>later</Message></Error>');
    const { store, asked } = await place(inParts(inTurn(late, ok(''), ok(DONE))), 8);
    await store.put('a', chunks);
    expect(asked.filter(({ query }) => query.has('uploads'))).toHaveLength(1);
  });

  test('an upload is aborted when the key exists or a part is refused', async () => {
    const taken = await place(inParts(refusal(412, 'PreconditionFailed')), 8);
    expect(await taken.store.putIfAbsent('a', chunks)).toBe(false);
    expect(called(taken.asked.at(-1)!)).toBe('DELETE /lake/data/a');
    const refused = await place(inParts(ok(DONE), refusal(507, 'XMinioStorageFull')), 8);
    await expect(refused.store.put('a', chunks)).rejects.toMatchObject({ code: 'disk-full' });
    expect(called(refused.asked.at(-1)!)).toBe('DELETE /lake/data/a');
  });

  test('a file up to 8 MB is one call', async () => {
    const { store, asked } = await place(inParts(ok(DONE)));
    await store.put('a', [Buffer.alloc(8 * MB)]);
    await store.put('b', [Buffer.alloc(8 * MB), Buffer.alloc(1)]);
    expect(asked.map(called).sort()).toEqual(
      [
        'POST /lake/data/b',
        'POST /lake/data/b uploads',
        'PUT /lake/data/a',
        'PUT /lake/data/b part 1',
        'PUT /lake/data/b part 2',
      ].sort(),
    );
  });
});
