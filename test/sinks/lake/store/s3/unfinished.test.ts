import { expect, test, vi } from 'vitest';
import { s3Store } from '../../../../../src/sinks/lake/store/s3/s3-store.ts';
import { afterOpening, ok, openAt, type Reply, refusal, stub } from './stub.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const upload = (key: string, at: string) =>
  `<Upload><Key>${key}</Key><UploadId>of ${key}</UploadId><Initiated>${at}</Initiated></Upload>`;
const page = (uploads: string, more = '') =>
  ok(`<ListMultipartUploadsResult>${uploads}${more}</ListMultipartUploadsResult>`);

async function place(reply: Reply) {
  const { endpoint, asked } = await stub(afterOpening(reply));
  const warn = vi.fn<(line: string) => void>();
  return { store: s3Store(await openAt(endpoint, { context: { warn } }), 'data'), asked, warn };
}

test('uploads older than a day are abandoned and can be aborted', async () => {
  const first = page(
    upload('data/old', '2026-03-01T11:00:00Z'),
    '<IsTruncated>true</IsTruncated><NextKeyMarker>data/old</NextKeyMarker><NextUploadIdMarker>x</NextUploadIdMarker>',
  );
  const reply: Reply = (asked, response) =>
    (asked.query.has('key-marker') ? page(upload('data/new', '2026-03-02T11:00:00Z')) : first)(
      asked,
      response,
    );
  const { store, asked } = await place(reply);
  const found = await store.unfinished(NOW, true);
  expect(found.map(({ name, isAbandoned: isLeft }) => [name, isLeft])).toEqual([
    ['old', true],
    ['new', false],
  ]);
  await found[0]!.remove();
  const { method, path, query } = asked.at(-1)!;
  expect([method, path, query.get('uploadId')]).toEqual(['DELETE', '/lake/data/old', 'of data/old']);
});

test('the start of a sink does not list uploads', async () => {
  const { store, asked } = await place(refusal(403, 'AccessDenied'));
  expect(await store.unfinished(NOW, false)).toEqual([]);
  expect(asked).toHaveLength(1);
});

test.each([
  [403, 'AccessDenied'],
  [501, 'NotImplemented'],
])('a store that does not list uploads (%i) is a warning with its own message', async (status, code) => {
  const { store, warn } = await place(refusal(status, code));
  expect(await store.unfinished(NOW, true)).toEqual([]);
  expect(warn.mock.calls).toEqual([[expect.stringContaining(`text of ${code}`)]]);
});
