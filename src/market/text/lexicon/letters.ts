/** The kinds of UTF-16 units, as bits. From `digit` on they are parts of words; `wide` is beyond ASCII. */
export const UnitKind = { space: 0, mark: 1, symbol: 2, digit: 4, upper: 8, lower: 16, wide: 32 } as const;

const kindOfAscii = (code: number): number => {
  if (code === 32 || (code >= 9 && code <= 13)) return UnitKind.space;
  if (code >= 48 && code <= 57) return UnitKind.digit;
  if (code >= 65 && code <= 90) return UnitKind.upper;
  return code >= 97 && code <= 122 ? UnitKind.lower : UnitKind.mark;
};

const ASCII = Uint8Array.from({ length: 128 }, (_, code) => kindOfAscii(code));

/** White space beyond ASCII, as matched by \s. */
const isWideSpace = (code: number): boolean =>
  code === 0xa0 ||
  code === 0x1680 ||
  (code >= 0x2000 && code <= 0x200a) ||
  code === 0x2028 ||
  code === 0x2029 ||
  code === 0x202f ||
  code === 0x205f ||
  code === 0x3000 ||
  code === 0xfeff;

/** Joiners and variation selectors: they modify emoji and mean nothing alone. */
export const isJoiner = (code: number): boolean => code === 0x200d || code === 0xfe0f;

/** Dashes, curly quotes, the ellipsis, inverted and CJK marks. */
const isWidePunctuation = (code: number): boolean =>
  (code >= 0x2010 && code <= 0x2027) || code === 0xa1 || code === 0xbf || (code >= 0x3001 && code <= 0x3011);

/** The first unit of a symbol: arrows to dingbats, and emoji beyond the basic plane. */
const isSymbol = (code: number): boolean =>
  (code >= 0x2190 && code <= 0x2bff) || (code >= 0xd83c && code <= 0xd83e);

function wideKind(code: number): number {
  if (isSymbol(code) || isJoiner(code)) return UnitKind.symbol;
  if (isWideSpace(code)) return UnitKind.space;
  return isWidePunctuation(code) ? UnitKind.mark : UnitKind.wide;
}

/** The kind of a unit. */
export const kindOf = (code: number): number => (code < 128 ? ASCII[code]! : wideKind(code));
