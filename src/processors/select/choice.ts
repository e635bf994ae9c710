import type { Tweet } from '../../market/posts/body.ts';
import type { PostSubject } from '../../market/posts/processed-post.ts';
import { readTweet, refuseHuge } from '../../market/posts/tweet.ts';
import { stripLinksAndMentions } from '../../market/text/normalize.ts';
import type { Dependencies } from '../processor.ts';
import { dropReason, languageFilter } from './filters.ts';
import type { SelectSettings } from './options.ts';
import { ANYTHING, cashtagSymbols, ofCoins, subjectsOf } from './subjects.ts';

/** X's code for an undetermined language; its other special codes (zxx, qme ...) mean that there is no language. */
const UNDETERMINED = 'und';

/** The post with the detected language if X gave none. */
function withLanguage(tweet: Tweet, detect: NonNullable<Dependencies['detectLanguage']>): Tweet {
  const { lang, text } = tweet.body;
  if (lang !== null && lang !== UNDETERMINED) return tweet;
  const detected = detect(stripLinksAndMentions(text));
  return detected === undefined ? tweet : { ...tweet, body: { ...tweet.body, lang: detected } };
}

/** The post with its first `most` tags, since each of its records repeats them all. */
const withTags = (tweet: Tweet, most: number): Tweet =>
  tweet.body.tags.length <= most
    ? tweet
    : { ...tweet, body: { ...tweet.body, tags: tweet.body.tags.slice(0, most) } };

/** A post as it was sent, and with as many tags as a record may have. */
export interface ReadPost {
  readonly whole: Tweet;
  readonly asSent: Tweet;
}

/** A post that the settings keep, unless another post speaks against it. */
export interface ChosenPost {
  readonly tweet: Tweet;
  /** What it is about: all, and what the settings ask for. */
  readonly subjects: () => readonly PostSubject[];
  readonly selected: readonly PostSubject[];
}

/** Chooses posts one by one, by the settings alone. */
export function postChoice(settings: SelectSettings, detectLanguage: Dependencies['detectLanguage']) {
  const hasLanguage = languageFilter(settings.langs);
  const asked = new Set(cashtagSymbols(settings.coins));
  return {
    /** Throws InvalidRecord for a value that is no post. */
    read(value: unknown): ReadPost {
      const whole = readTweet(value);
      const asSent = withTags(whole, settings.maxTags);
      refuseHuge(asSent);
      return { whole, asSent };
    },

    /** The post if it is chosen, otherwise the reason to drop it. */
    choose({ whole, asSent }: ReadPost): ChosenPost | string {
      const reason = dropReason(asSent.body, settings);
      if (reason !== undefined) return reason;
      const tweet = detectLanguage === undefined ? asSent : withLanguage(asSent, detectLanguage);
      if (!hasLanguage(tweet.body.lang)) return 'lang';
      if (settings.allPosts)
        return { tweet, subjects: () => subjectsOf(whole.body, asked), selected: ANYTHING };
      const subjects = subjectsOf(whole.body, asked);
      if (subjects.length === 0) return 'no coin or tag';
      const selected = ofCoins(subjects, settings.coins);
      return selected.length === 0 ? 'other coin' : { tweet, subjects: () => subjects, selected };
    },
  };
}
