/**
 * A text in one line: what a service or a record says reaches a terminal as words alone. Replaces control characters
 * (C0, C1), line and paragraph separators, and the controls that change the order in which a terminal shows text
 * (Unicode property Bidi_Control).
 */
export const stripControlCharacters = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');

/** A terminal that reads C1 takes U+009B as the beginning of a command, as it does ESC [. */
const C1 = /[\u0080-\u009f]/g;
const C1_AND_BIDI = /[\u0080-\u009f\p{Bidi_Control}]/gu;

/**
 * A text with `\u009b` in place of C1 controls, on a terminal of bidi controls, too. A JSON text has them inside strings
 * alone, so that it holds the same as before. C0 controls stay: line ends and colours are our own.
 */
export const escapeControls = (text: string, forTerminal: boolean): string =>
  text.replace(
    forTerminal ? C1_AND_BIDI : C1,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
