import { expect, test } from 'vitest';
import { select } from '../../src/processors/select.ts';
import { nostrEvent, PUBKEY } from '../stubs/nostr.ts';
import { runLogic } from './driver.ts';

const AT = Date.UTC(2026, 10, 28, 10, 15);
const HOUR = 3_600_000;
const OTHER = 'b'.repeat(64);

test('a note of Nostr is selected like a post of X, by its hashtags or its text', () => {
  const { accept, outputs, drops } = runLogic(select);
  const note = nostrEvent({ at: AT, content: 'to the moon' });
  accept('posts-nostr', note);
  accept('posts-nostr', note);
  accept('posts-nostr', nostrEvent({ at: AT, content: 'nothing', tags: [] }));
  expect(outputs).toMatchObject([
    { key: note.id, value: { coin: 'btc', author_id: PUBKEY, hashtags: ['bitcoin'] } },
  ]);
  expect(drops).toEqual(['repeat', 'no coin or tag']);
});

test("a deletion deletes its author's notes and nobody else's, also after a restart", () => {
  const { accept, outputs, restart } = runLogic(select);
  const [own, kept] = ['one', 'two'].map((content) => nostrEvent({ at: AT, content }));
  const foreign = nostrEvent({ at: AT, content: 'three', pubkey: OTHER });
  for (const note of [own, kept, foreign]) accept('posts-nostr', note!);
  restart();
  const tags = [own!, foreign].map(({ id }) => ['e', id]);
  accept('posts-nostr', nostrEvent({ at: AT + HOUR, kind: 5, tags }));
  expect(outputs.slice(3)).toMatchObject([{ key: own!.id, partitionKey: null, value: null }]);
});

test('a deletion of an unknown note is counted', () => {
  const { accept, outputs, drops } = runLogic(select);
  accept('posts-nostr', nostrEvent({ at: AT, kind: 5, tags: [['e', OTHER]] }));
  expect([outputs, drops]).toEqual([[], ['notice: delete']]);
});
