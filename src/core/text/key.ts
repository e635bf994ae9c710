/** Escapes of the characters that separate key parts, and of the escape character. */
const ESCAPES: Readonly<Record<string, string>> = { '%': '%25', '|': '%7C', '/': '%2F', '@': '%40' };
const isBar = (code: number): boolean => code === 37 || code === 124;
const isSlash = (code: number): boolean => code === 37 || code === 47 || code === 64;
const ESCAPED = /%(?:25|7C|2F|40)/g;

function escaped(text: string, isSpecial: (code: number) => boolean): string {
  for (let i = 0; i < text.length; i++)
    if (isSpecial(text.charCodeAt(i)))
      return [...text].map((one) => (isSpecial(one.charCodeAt(0)) ? ESCAPES[one]! : one)).join('');
  return text;
}

/** Joins parts with `|`. Different parts give different keys, whatever characters they contain. */
export function joinKey(...parts: readonly string[]): string {
  let key = escaped(parts[0]!, isBar);
  for (let i = 1; i < parts.length; i++) key += `|${escaped(parts[i]!, isBar)}`;
  return key;
}

/** The parts of a key made by `joinKey`. */
export function splitKey(key: string): string[] {
  const parts = key.split('|');
  return key.includes('%') ? parts.map((part) => part.replace(ESCAPED, decodeURIComponent)) : parts;
}

/** `base/quote@time`; the names may contain any character. */
export const pairKey = (base: string, quote: string, time: string): string =>
  `${escaped(base, isSlash)}/${escaped(quote, isSlash)}@${time}`;
