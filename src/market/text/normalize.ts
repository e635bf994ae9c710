/** Links, and mentions with a preceding `RT` and a following `:`. */
const ADDRESSES = /(?:https?:\/\/|www\.)\S+|(?:\brt )?@\w+:?/gi;

/** The text of a post without links and mentions, which say nothing about its language or similarity. */
export const stripLinksAndMentions = (text: string): string =>
  text.replace(ADDRESSES, ' ').replace(/\s+/g, ' ').trim();

/** The text of a post for comparison: lower case, without links and mentions. May be empty. */
export const normalizeText = (text: string): string => stripLinksAndMentions(text).toLowerCase();
