import { expect, test } from 'vitest';
import {
  formatJetstreamPosition,
  type JetstreamPosition,
  parseJetstreamPosition,
} from '../../../src/sources/bluesky/position.ts';

const POSITION: JetstreamPosition = {
  host: 'https://a.example',
  wire: 'v2',
  seq: 7,
  time: 1000,
  recent: ['abcdefgh'],
  gaps: { lastSeen: 2000, open: { from: 1000, reasons: ['silence'] } },
  kept: { posts: ['abcdefghabcdefgh'], segment: 3 },
  seen: { since: 10, minutes: [[0, 5]] },
};

test('a position is read as it was written', () => {
  expect(parseJetstreamPosition(formatJetstreamPosition(POSITION))).toEqual(POSITION);
  expect(parseJetstreamPosition(undefined)).toBeUndefined();
});

test('a text that is no position counts as none', () => {
  for (const text of ['{}', '[]', '7', '{"time":1}', 'x'])
    expect(parseJetstreamPosition(text)).toBeUndefined();
});
