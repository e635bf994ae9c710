import { InvalidRecord } from '../stream/record.ts';

/** A 64-bit float holds any number of up to 15 digits exactly. */
const LONG_WHOLE = /^-?\d{16,}$/;
/** A number, true, false or null. */
const WORD = /[^\s,\]}]+/y;

const BACKSLASH = 92;
const isEscaped = (text: string, quote: number): boolean => {
  let from = quote;
  while (text.charCodeAt(from - 1) === BACKSLASH) from -= 1;
  return (quote - from) % 2 === 1;
};

/**
 * Parses JSON like JSON.parse, except that a whole number that a float would round becomes a bigint. (JSON.parse gives no
 * access to the digits before Node 22.) The text must be valid JSON and not deeply nested, since this recurses.
 * Throws InvalidRecord for a number out of the range of a float.
 */
export function readExactly(text: string): unknown {
  let at = 0;

  /** Skips white space, then consumes the next character if it is this one. */
  const takes = (character: string): boolean => {
    while (text.charCodeAt(at) <= 32) at += 1;
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const readText = (): string => {
    const start = at - 1;
    let end = text.indexOf('"', at);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    at = end + 1;
    return JSON.parse(text.slice(start, at)) as string;
  };
  const readArray = (): unknown[] => {
    const parts: unknown[] = [];
    while (!takes(']')) {
      parts.push(readValue());
      takes(',');
    }
    return parts;
  };
  const readObject = (): unknown => {
    const fields: [string, unknown][] = [];
    while (!takes('}')) {
      takes('"');
      const name = readText();
      takes(':');
      fields.push([name, readValue()]);
      takes(',');
    }
    // fromEntries, not assignment: a field may be called __proto__.
    return Object.fromEntries(fields);
  };
  const readValue = (): unknown => {
    if (takes('"')) return readText();
    if (takes('[')) return readArray();
    if (takes('{')) return readObject();
    WORD.lastIndex = at;
    const word = WORD.exec(text)![0];
    at += word.length;
    return readWord(word);
  };
  return readValue();
}

function readWord(word: string): unknown {
  const value: unknown = JSON.parse(word);
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) throw new InvalidRecord(`${word.slice(0, 60)} is too large for a number`);
  return LONG_WHOLE.test(word) && !Number.isSafeInteger(value) ? BigInt(word) : value;
}
