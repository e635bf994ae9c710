import type { TweetBody } from '../../market/posts/body.ts';
import type { SelectSettings } from './options.ts';

type Filters = Pick<SelectSettings, 'requireUrl' | 'noRetweets' | 'minFollowers'>;

/** Codes that X still uses, which ISO renamed in 1989. */
const RENAMED: Readonly<Record<string, string>> = { in: 'id', iw: 'he', ji: 'yi' };

/** The part of a code that names the language: `en` of `en-gb`. */
function primary(code: string): string {
  const [language = ''] = code.toLowerCase().split('-', 1);
  return RENAMED[language] ?? language;
}

/** A filter by language; `en` also matches `en-gb`. An empty list matches all. */
export function languageFilter(langs: readonly string[]): (lang: string | null) => boolean {
  if (langs.length === 0) return () => true;
  const selected = langs.map((code) => ({ code: code.toLowerCase(), whole: !code.includes('-') }));
  const languages = new Set(selected.filter(({ whole }) => whole).map(({ code }) => primary(code)));
  const codes = new Set(selected.map(({ code }) => code));
  return (lang) => lang !== null && (languages.has(primary(lang)) || codes.has(lang.toLowerCase()));
}

/** Why the settings drop a post, apart from its language; undefined to keep it. */
export function dropReason(
  body: TweetBody,
  { requireUrl, noRetweets, minFollowers }: Filters,
): string | undefined {
  if (noRetweets && body.kind === 'retweet') return 'retweet';
  if (requireUrl && body.urls.length === 0) return 'no url';
  return minFollowers > 0 && (body.followers_count ?? 0) < minFollowers ? 'few followers' : undefined;
}
