/** What `toString` and `write` of Node's buffers call: undocumented, and a fifth of the time of decoding. */
interface Direct {
  utf8Slice(from: number, to: number): string;
  utf8Write(text: string, at: number): number;
}

/** The range as UTF-8; what is none becomes U+FFFD. */
export const readText = (bytes: Buffer, from: number, to: number): string =>
  (bytes as unknown as Direct).utf8Slice(from, to);

/** Writes UTF-8 and answers with its length in bytes; a half surrogate pair becomes U+FFFD. The bytes must have room. */
export const writeText = (bytes: Buffer, text: string, at: number): number =>
  (bytes as unknown as Direct).utf8Write(text, at);
