/**
 * Makes text from a service or a record safe to print on one line. Replaces control characters (C0, C1), line and
 * paragraph separators, and bidi controls, which reorder the text on a terminal (Unicode property Bidi_Control).
 */
export const stripControlCharacters = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');

/** Terminals that read C1 controls treat U+009B like ESC [, the start of a command. */
const C1 = /[\u0080-\u009f]/g;
const C1_AND_BIDI = /[\u0080-\u009f\p{Bidi_Control}]/gu;

/**
 * Writes C1 controls (and, for a terminal, bidi controls) as `\u009b`. JSON has them only inside strings, where this
 * changes nothing. C0 controls stay: line ends and colours are our own.
 */
export const escapeControls = (text: string, forTerminal: boolean): string =>
  text.replace(
    forTerminal ? C1_AND_BIDI : C1,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
