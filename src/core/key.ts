/** What stands for a character that parts the fields of keys, and for the sign of these escapes. */
const ESCAPES: Readonly<Record<string, string>> = { '%': '%25', '|': '%7C', '/': '%2F', '@': '%40' };
const BARS = /[%|]/g;
const SLASHES = /[%/@]/g;
const ESCAPED = /%(?:25|7C|2F|40)/g;

const escaped = (text: string, special: RegExp): string =>
  text.search(special) === -1 ? text : text.replace(special, (character) => ESCAPES[character]!);

/** One key of several parts with `|` between them. Parts that differ give keys that differ, whatever stands in them. */
export function joinKey(...parts: readonly string[]): string {
  let key = escaped(parts[0]!, BARS);
  for (let i = 1; i < parts.length; i++) key += `|${escaped(parts[i]!, BARS)}`;
  return key;
}

/** The parts of such a key. */
export const splitKey = (key: string): string[] =>
  key.split('|').map((part) => part.replace(ESCAPED, (code) => decodeURIComponent(code)));

/** `base/quote@time`, where the names may hold anything. */
export const pairKey = (base: string, quote: string, time: string): string =>
  `${escaped(base, SLASHES)}/${escaped(quote, SLASHES)}@${time}`;
