import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { random } from '../src/core/util/random.ts';

/**
 * Draws names, messages and test titles, for a reader to judge as a stranger would:
 * `DRAW_SEED=7 npx vitest run test/draw.test.ts` prints the draw of seed 7.
 */
const SEED = process.env.DRAW_SEED;
const COUNT = 40;

interface Found {
  readonly path: string;
  readonly text: string;
}

const filesBelow = (folder: string): Found[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

const matchesIn = ({ path, text }: Found, pattern: RegExp): Found[] =>
  [...text.matchAll(pattern)].map((match) => ({ path, text: match[1]! }));

const EXPORTED = /^export (?:async )?(?:const|function\*?|class|interface|type) +(\w+)/gm;
const LITERAL = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/.source;
/** `test('title', ...)`; the title of `test.each(...)` and `describe.each(...)` comes after their table. */
const TITLE = new RegExp(`\\btest(?:\\.\\w+)*\\(\\s*(${LITERAL})`, 'g');
const TITLE_OF_EACH = new RegExp(`[\\])]\\)\\(\\s*(${LITERAL}),\\s*(?:async )?\\(`, 'g');
/** Calls and fields whose texts a user reads. */
const MESSAGE =
  /new \w*(?:Error|InvalidRecord|Exhausted)\(|\b(?:usageError|complain|warn|info|status)\(|\b(?:text|message|hint|remedy): /g;
/** The statement that a message is in, at most: long enough for a message and its hint. */
const LONGEST_STATEMENT = 400;

/** The texts of several words in calls that make messages, each once. */
function messagesIn({ path, text }: Found): Found[] {
  const starts = [...text.matchAll(MESSAGE)].map(({ index }) => index);
  const texts = starts.flatMap((start) => {
    const [statement = ''] = text.slice(start, start + LONGEST_STATEMENT).split(/;\n|\n\n/);
    return statement.match(new RegExp(LITERAL, 'g')) ?? [];
  });
  return [...new Set(texts)].filter((one) => /[a-z]+ [a-z]+/.test(one)).map((one) => ({ path, text: one }));
}

const sources = filesBelow('src');
const found: Readonly<Record<string, readonly Found[]>> = {
  names: sources.flatMap((file) => matchesIn(file, EXPORTED)),
  messages: sources.flatMap(messagesIn),
  titles: filesBelow('test').flatMap((file) => [
    ...matchesIn(file, TITLE),
    ...matchesIn(file, TITLE_OF_EACH),
  ]),
};

/** `COUNT` of them, none twice; the same for a seed. */
function drawn(kind: string, seed: number): Found[] {
  const dice = random(seed, kind);
  const left = [...found[kind]!];
  return Array.from({ length: COUNT }, () => left.splice(dice.below(left.length), 1)[0]!);
}

test.each([
  ['names', 500],
  ['messages', 200],
  ['titles', 1500],
])('finds %s to draw from: at least %i', (kind, least) => {
  expect(found[kind]!.length).toBeGreaterThanOrEqual(least);
  if (SEED === undefined) return;
  const lines = drawn(kind, Number(SEED)).map(({ path, text }) => `  ${path}: ${text}`);
  console.log(`${kind} of seed ${SEED}, drawn from ${found[kind]!.length}:\n${lines.join('\n')}`);
});
