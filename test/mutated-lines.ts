import { type Random, random } from '../src/core/util/random.ts';

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

/** JSON values that have broken programs before. */
const NASTY: readonly string[] = [
  ...['null', 'true', '-1', '0', '1e400', '-0', '1e308', '9007199254740993', '-12345678901234567890'],
  ...['""', '"-"', '"NaN"', '"a|b"', '"a/b@c%7C"', '"\\ud800"', '"\\u0000"', '"__proto__"', '"constructor"'],
  ...[
    '"2025-02-30T10:00:00.000Z"',
    '"2099-12-31T10:00:00.000Z"',
    '"0000-01-01"',
    '"9999-12-31T23:59:59.999Z"',
  ],
  ...['"Sun Feb 30 10:00:00 +0000 2025"', '"9999999999999999999"', '"2025-06-01T24:61:00Z"'],
  ...['[]', '{}', '[null]', '[[1]]', '{"__proto__":{"time":1}}', '{"valueOf":1,"toString":1}'],
  ...[deep(63), deep(64), `{"a":${'{"a":'.repeat(70)}1${'}'.repeat(71)}`],
];
/** Rare, for they take their time. */
const HUGE: readonly (() => string)[] = [
  () => deep(100_000),
  () => JSON.stringify('x'.repeat(150_000)),
  () => JSON.stringify(Array.from({ length: 5000 }, (_, i) => ({ tag: `tag-${i}`, text: `t${i}` }))),
  () => JSON.stringify(Array.from({ length: 5000 }, (_, i) => String(i))),
  () => '9'.repeat(50_000),
];
const CHARACTERS = [...'"\\{}[],:|/@%-+.eE0129 \t\r', '\u0000', '\uFEFF', '\u202E', 'é', '🚀', '\uD800'];

/** Where values stand in JSON text, roughly: numbers, words, texts and empty brackets after a colon, comma or bracket. */
const VALUE = /(?<=[:,[])(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|\[\]|\{\})/g;

function withValue(line: string, dice: Random): string {
  const values = [...line.matchAll(VALUE)];
  if (values.length === 0) return line;
  const { 0: old, index } = dice.pick(values);
  const value = dice.chance(1 / 1000) ? dice.pick(HUGE)() : dice.pick(NASTY);
  return line.slice(0, index) + value + line.slice(index + old.length);
}

function withDamage(line: string, dice: Random): string {
  const at = dice.below(line.length + 1);
  switch (dice.below(4)) {
    case 0:
      return line.slice(0, at) + dice.pick(CHARACTERS) + line.slice(at + dice.below(2));
    case 1:
      return line.slice(0, at) + line.slice(at + dice.below(20));
    case 2:
      return line.slice(0, at) + line.slice(Math.max(0, at - dice.below(40)));
    default:
      return dice.chance(0.5) ? line.slice(0, at) : line.slice(at);
  }
}

/** `count` lines made of good ones, nearly all of them changed in one to three places; the same for a seed. */
export function* mutatedLines(good: readonly string[], count: number, seed: number): Generator<string> {
  const dice = random(seed, 'mutated lines');
  for (let i = 0; i < count; i++) {
    let line = dice.pick(good);
    for (let changes = dice.below(4); changes > 0; changes--)
      line = dice.chance(0.6) ? withValue(line, dice) : withDamage(line, dice);
    yield line.replaceAll('\n', ' ');
  }
}

/** How much memory of this process a step takes at most, in bytes, as seen by `look` calls. */
export function memoryWatch() {
  const start = process.memoryUsage.rss();
  let most = start;
  let looks = 0;
  return {
    look: (): void => {
      // The system is asked each hundredth time: that takes longer than a line.
      if (looks++ % 100 === 0) most = Math.max(most, process.memoryUsage.rss());
    },
    grown: (): number => most - start,
  };
}
