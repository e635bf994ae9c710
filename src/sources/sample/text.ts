/** A range of a text, in code points as X counts them. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** Without `#` or `$`. */
  readonly text: string;
}

export interface ShortUrl {
  readonly start: number;
  readonly end: number;
  readonly url: string;
  readonly expanded: string;
}

/** A post's text and its entities. */
export interface PostText {
  readonly text: string;
  /** In code points. */
  readonly length: number;
  readonly hashtags: readonly Span[];
  readonly cashtags: readonly Span[];
  readonly urls: readonly ShortUrl[];
}

const MARKS = /https:\/\/t\.co\/(\w+)|(?<![\p{L}\p{N}_])([#$])([\p{L}_][\p{L}\p{N}_]*)/gu;

const codePoints = (text: string): number => [...text].length;

/** Finds the hashtags, cashtags and short links of a text. */
export function findEntities(text: string): PostText {
  const hashtags: Span[] = [];
  const cashtags: Span[] = [];
  const links: ShortUrl[] = [];
  for (const match of text.matchAll(MARKS)) {
    const start = codePoints(text.slice(0, match.index));
    const end = start + codePoints(match[0]);
    const [url, slug, sign, word] = match;
    if (slug !== undefined) links.push({ start, end, url, expanded: `https://example.org/sample/${slug}` });
    else (sign === '#' ? hashtags : cashtags).push({ start, end, text: word! });
  }
  return { text, length: codePoints(text), hashtags, cashtags, urls: links };
}

/** The first `length` code points; an ellipsis replaces the last one when the text is cut. */
export function cut(text: string, length: number): string {
  const points = [...text];
  return points.length <= length ? text : `${points.slice(0, length - 1).join('')}…`;
}
