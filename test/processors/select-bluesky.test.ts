import { expect, test } from 'vitest';
import { MINUTE } from '../../src/core/util/time.ts';
import { select } from '../../src/processors/select.ts';
import {
  accountFrame,
  DID,
  deleteFrame,
  frameOf,
  POST_ID,
  postFrame,
} from '../market/posts/networks/frames.ts';
import { runLogic } from './driver.ts';

const posts = () => {
  const driver = runLogic(select);
  return {
    ...driver,
    read: (...frames: object[]) => {
      for (const frame of frames) driver.accept('posts-bluesky', frame);
    },
    /** Key of each output, with the text of a post; null for a tombstone. */
    written: () =>
      driver.outputs.map(({ key, value }) => [key, (value as { text?: string } | null)?.text ?? null]),
  };
};
const at = (minutes: number) =>
  new Date(Date.parse('2026-11-28T10:15:22.104Z') + minutes * MINUTE).toISOString();

test('a post of Bluesky is selected like one of X, and a repeat is dropped', () => {
  const { read, outputs, drops } = posts();
  read(postFrame(), postFrame());
  expect(outputs).toMatchObject([
    { key: POST_ID, partitionKey: 'btc', value: { coin: 'btc', author_id: DID, cashtags: ['BTC'] } },
  ]);
  expect(drops).toEqual(['repeat']);
});

test('a deletion becomes a tombstone, and its post does not come back', () => {
  const { read, written, drops } = posts();
  read(postFrame(), deleteFrame(), postFrame());
  expect(written()).toEqual([
    [POST_ID, '$BTC back above 90k #bitcoin'],
    [POST_ID, null],
  ]);
  expect(drops).toEqual(['deleted']);
});

test('a post that comes after its deletion is dropped, also across a minute', () => {
  const { read, written, drops } = posts();
  read(deleteFrame({ time: at(1) }), postFrame());
  expect(written()).toEqual([[POST_ID, null]]);
  expect(drops).toEqual(['deleted']);
});

test('an edited post replaces its earlier version once', () => {
  const { read, written, drops } = posts();
  const edit = postFrame({ text: 'bitcoin falls' }, { operation: 'update', rev: '3m7' });
  read(postFrame(), edit, edit, postFrame());
  expect(written()).toEqual([
    [POST_ID, '$BTC back above 90k #bitcoin'],
    [POST_ID, null],
    [POST_ID, 'bitcoin falls'],
  ]);
  expect(drops).toEqual(['repeat', 'repeat']);
});

test('an edit that names no coin deletes the earlier version', () => {
  const { read, written, drops } = posts();
  read(postFrame(), postFrame({ text: 'rain' }, { operation: 'update', rev: '3m7' }));
  expect(written().at(-1)).toEqual([POST_ID, null]);
  expect(drops).toEqual(['no coin or tag']);
});

test('a deleted account deletes all posts of its author, also after a restart', () => {
  const { read, written, restart } = posts();
  read(postFrame({}, { rkey: 'one' }), postFrame({}, { rkey: 'two', time: at(60) }));
  read(postFrame({}, { rkey: 'three', did: 'did:plc:other' }));
  restart();
  read(accountFrame({ active: false, status: 'deleted' }));
  expect(written().slice(3)).toEqual(
    ['one', 'two'].map((rkey) => [`at://${DID}/app.bsky.feed.post/${rkey}`, null]),
  );
});

test('events that delete nothing are counted by their kind', () => {
  const { read, outputs, drops } = posts();
  read(
    accountFrame({ active: true }),
    accountFrame({ active: false, status: 'deleted' }),
    frameOf('sync', {}),
  );
  expect(outputs).toEqual([]);
  expect(drops).toEqual(['notice: account', 'notice: account deleted', 'notice: sync']);
});
