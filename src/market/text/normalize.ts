/** Links, and mentions with the `RT` before and the `:` after them. */
const ADDRESSES = /(?:https?:\/\/|www\.)\S+|(?:\brt )?@\w+:?/gi;

/** The words of a post without links and mentions, for which language and likeness are no matter. */
export const stripLinksAndMentions = (text: string): string =>
  text.replace(ADDRESSES, ' ').replace(/\s+/g, ' ').trim();

/** What two posts have in common when they say the same: words in lower case. May be empty. */
export const normalizeText = (text: string): string => stripLinksAndMentions(text).toLowerCase();
