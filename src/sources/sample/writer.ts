import type { Random } from '../../core/util/random.ts';
import type { Millis } from '../../core/util/time.ts';
import type { RealMinute } from './minutes.ts';
import { COIN_WORDS, EXTRA_TAGS, PHRASES, type Phrases, REPLIES } from './phrases.ts';
import { type Author, type Post, snowflake } from './post.ts';
import { findEntities } from './text.ts';

/** Number of recent posts that a retweet, quote or reply may refer to. */
const RECENT = 60;

/** The state of the market when a post is written. */
export interface Moment {
  readonly time: Millis;
  readonly minute: RealMinute;
  /** From -1 (falling) to 1 (rising). */
  readonly mood: number;
}

function pickLanguage(draw: Random): Phrases {
  let rest = draw.below(100);
  for (const phrases of PHRASES) {
    rest -= phrases.percent;
    if (rest < 0) return phrases;
  }
  return PHRASES[0]!;
}

function pickPhrase(phrases: Phrases, mood: number, draw: Random): string {
  if (draw.chance(0.35)) return draw.pick(phrases.plain);
  return draw.pick(draw.chance(0.5 + mood * 0.35) ? phrases.good : phrases.bad);
}

/** Generates posts, one per call. */
export function writer(authors: readonly Author[], draw: Random): (moment: Moment) => Post {
  const recent: Post[] = [];
  let sequence = 0;

  const slug = (): string => `s${draw.below(2 ** 30).toString(36)}`;

  function sentence(phrase: string, coins: Post['coins'], minute: RealMinute): string {
    const words = coins.map((coin) => draw.pick(COIN_WORDS[coin]));
    return phrase.replace('{coin}', words.join(' and ')).replace('{price}', String(Math.round(minute.close)));
  }

  /** The text of an original post: one or more sentences, then tags and a link. */
  function compose(phrases: Phrases, coins: Post['coins'], { minute, mood }: Moment): string {
    const sentences = draw.chance(0.04) ? 8 : draw.chance(0.2) ? 3 : 1;
    const texts = Array.from({ length: sentences }, () =>
      sentence(pickPhrase(phrases, mood, draw), coins, minute),
    );
    const parts = [texts.join('. ')];
    if (draw.chance(0.3)) parts.push(draw.pick(EXTRA_TAGS));
    if (draw.chance(0.3)) parts.push(`https://t.co/${slug()}`);
    if (draw.chance(0.05)) parts.push('<3 & more');
    return parts.join(' ');
  }

  function about(of: Post, moment: Moment, kind: 'retweet' | 'quote' | 'reply'): string {
    if (kind === 'retweet') return `RT @${of.author.username}: ${of.content.text}`;
    if (kind === 'reply')
      return `@${of.author.username} ${sentence(draw.pick(REPLIES), of.coins, moment.minute)}`;
    const phrases = PHRASES.find(({ lang }) => lang === of.lang)!;
    return `${sentence(pickPhrase(phrases, moment.mood, draw), of.coins, moment.minute)} https://t.co/${slug()}`;
  }

  return (moment) => {
    const chance = draw.next();
    const kind = chance < 0.62 ? 'original' : chance < 0.84 ? 'retweet' : chance < 0.91 ? 'quote' : 'reply';
    const of = kind === 'original' || recent.length === 0 ? undefined : draw.pick(recent);
    const phrases = pickLanguage(draw);
    const coins =
      of?.coins ?? draw.pick([['btc'], ['btc'], ['btc'], ['eth'], ['eth'], ['btc', 'eth']] as const);
    const author = draw.pick(authors);
    const text = of === undefined ? compose(phrases, coins, moment) : about(of, moment, kind as 'retweet');
    const post: Post = {
      id: snowflake(moment.time, sequence++),
      time: moment.time,
      author,
      lang: of?.lang ?? phrases.lang,
      content: findEntities(text),
      coins,
      kind: of === undefined ? 'original' : kind,
      of,
    };
    if (post.kind === 'original') recent.push(post);
    if (recent.length > RECENT) recent.shift();
    return post;
  };
}
