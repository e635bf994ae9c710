import { random } from '../../core/util/random.ts';
import { MINUTE, type Millis } from '../../core/util/time.ts';
import { postRecords } from '../shared/post-records.ts';
import { rejectLine } from '../shared/rejects.ts';
import { authors } from './authors.ts';
import type { RealMinute } from './minutes.ts';
import { v1 } from './shape-v1.ts';
import { v2 } from './shape-v2.ts';
import type { SampleEvent } from './timed.ts';
import { writer } from './writer.ts';

/** Posts per quiet minute; a busy minute has more. */
const RATE = 1.5;
/** X sends a blank line after this long without data. */
const KEEP_ALIVE: Millis = 20_000;
/** Delay between writing and receiving a post. */
const DELAY: Millis = 1_700;
/** A price move of half a percent in 15 minutes gives the strongest mood. */
const MOOD_REACH = 0.005;
const MOOD_MINUTES = 15;

/** Ways to break a line of a stream, and the reason for its reject. */
const BREAKS: readonly ((line: string) => readonly [text: string, why: string])[] = [
  (line) => [line.slice(0, 200), 'not JSON: the line is cut'],
  () => ['<html>503 Service Unavailable</html>', 'not JSON: an HTML page'],
  () => ['["sample"]', 'not a JSON object'],
  () => ['{"data":{"text":"sample without an id","generated":true}}', 'data.id is missing'],
];

const moodAt = (minutes: readonly RealMinute[], index: number): number => {
  const before = minutes[Math.max(0, index - MOOD_MINUTES)]!.open;
  return Math.max(-1, Math.min(1, (minutes[index]!.close / before - 1) / MOOD_REACH));
};

/** Generated posts about bitcoin and ethereum as a stream sends them: both formats, repeats, deletions, invalid lines. */
export function* posts(minutes: readonly RealMinute[], seed: number, topic: string): Generator<SampleEvent> {
  const draw = random(seed, 'posts');
  const write = writer(authors(seed), random(seed, 'writer'));
  let line = 0;
  let last = minutes[0]!.time;
  for (const [index, minute] of minutes.entries()) {
    const mood = moodAt(minutes, index);
    const expected = RATE * (1 + Math.abs(mood));
    const count = Math.floor(expected) + (draw.chance(expected % 1) ? 1 : 0);
    const times = Array.from({ length: count }, () => minute.time + draw.below(MINUTE)).sort((a, b) => a - b);
    for (const time of times) {
      for (let quiet = last + KEEP_ALIVE; quiet < time; quiet += KEEP_ALIVE) {
        line++;
        yield { time: quiet, count: 'keep-alive' };
      }
      last = time;
      const post = write({ time, minute, mood });
      const value = draw.chance(0.6) ? v2(post) : v1(post);
      const text = JSON.stringify(value);
      const record = postRecords(value, text, { source: 'sample', topic, receivedAt: time + DELAY })[0]!;
      const repeats = draw.chance(0.01) ? 2 : 1;
      for (let copy = 0; copy < repeats; copy++) {
        line++;
        yield { time, record };
      }
      if (draw.chance(0.004)) {
        line++;
        yield { time, count: 'delete' };
      }
      if (draw.chance(0.002)) {
        line++;
        const [broken, why] = draw.pick(BREAKS)(text);
        const place = { source: 'sample', file: 'sample', line, topic };
        yield { time, record: rejectLine(place, broken, why, time + DELAY) };
      }
    }
  }
}
