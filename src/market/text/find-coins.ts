import { COINS, type Coin } from './coin-list.ts';
import { ANYWHERE, Clues } from './coins/clues.ts';
import { COIN_TABLE, coinEntry, coinTag, MAY_NAME, STRONG_SIGN } from './coins/coin-table.ts';
import { capitalsAt, continuesWith, DOMAIN, hasAmount, isMostlyCapitals, isWordPart } from './coins/forms.ts';
import { coinInHashtag } from './coins/hashtag.ts';
import {
  addMention,
  type Candidate,
  type CoinMention,
  evidenceOf,
  isSettled,
  NEED,
} from './coins/mentions.ts';
import { coinOfPair, mayBePair, quoteEnd } from './coins/pairs.ts';
import { scriptNameAt } from './coins/scripts.ts';
import { PieceShape, type Scan, scanText } from './lexicon/scan.ts';

/** Where a post may name a coin. */
export interface CoinMentions {
  /** Without their `$` and `#`. */
  readonly cashtags: readonly string[];
  readonly hashtags: readonly string[];
  readonly text: string;
}

const HASH = 35;
const DOLLAR = 36;
const AT = 64;
const DOT = 46;
const HYPHEN = 45;
const NONE: ReadonlySet<string> = new Set();

/** Full-width letters and the mathematical alphabets, which people use for bold and italic words. */
const STYLED = /[\uFF01-\uFF5E\uD835]/;
const TRADE_EMOJI = /[🚀🌕🌙📈📉💎]/u;
const COIN_OF: ReadonlyMap<string, Coin> = new Map(COINS.map((coin) => [coin.symbol, coin]));

/** Reads one text after another; its buffers are used again. */
class CoinReader {
  readonly #clues = new Clues();
  readonly #candidates: Candidate[] = [];
  #text = '';
  #scan!: Scan;
  #asked = NONE;
  /** Coins outside the list that a cashtag names. */
  readonly #unlisted: string[] = [];
  #inCapitals: boolean | undefined;

  read({ cashtags, hashtags, text }: CoinMentions, asked: ReadonlySet<string>): CoinMention[] {
    this.#clues.reset();
    this.#candidates.length = this.#unlisted.length = 0;
    this.#inCapitals = undefined;
    this.#asked = asked;
    for (const tag of cashtags) this.#addCashtag(tag, ANYWHERE);
    for (const tag of hashtags) this.#addHashtag(tag, ANYWHERE);
    this.#readText(STYLED.test(text) ? text.normalize('NFKC') : text);
    if (this.#candidates.some(({ need }) => need > 0) && TRADE_EMOJI.test(text)) this.#clues.addWeak();
    const mentions: CoinMention[] = [];
    for (const coin of this.#unlisted) addMention(mentions, coin, 'cashtag');
    for (const candidate of this.#candidates) {
      if (isSettled(candidate, mentions)) continue;
      const why = evidenceOf(candidate, this.#clues, this.#hasNumber);
      if (why !== undefined) addMention(mentions, candidate.coin.symbol, why);
    }
    return mentions;
  }

  #add(coin: Coin, at: number, need: number, by = -1, isCashtag = false, isPair = false): void {
    this.#candidates.push({ coin, at, need, by, isCashtag, isPair });
    if (need === NEED.none)
      this.#clues.addCoin(coin, at, isCashtag && coin.company === 'greater' ? 1 : STRONG_SIGN, by);
    else if (need === NEED.capitals) this.#clues.addCoin(coin, at, 1, by);
  }

  readonly #hasNumber = (at: number): boolean => hasAmount(this.#scan, at);

  #addCashtag(tag: string, at: number): void {
    const found = coinTag(tag);
    const coin = found?.coin ?? coinOfPair(tag);
    if (coin !== undefined) this.#add(coin, at, NEED.none, found?.index, true);
    else if (this.#asked.has(tag.toLowerCase())) this.#unlisted.push(tag.toLowerCase());
    else if (found !== undefined && found.index >= 0) this.#clues.addWord(found.index, at, true);
  }

  #addHashtag(tag: string, at: number): void {
    const found = coinTag(tag);
    if (found !== undefined && found.index >= 0) this.#clues.addWord(found.index, at, false);
    const coin = found === undefined ? coinInHashtag(tag) : found.coin;
    if (coin === undefined || found?.asHashtag === 'silent') return;
    if (found?.asHashtag !== 'ambiguous') this.#add(coin, at, NEED.none, found?.index);
    else this.#add(coin, at, tag === tag.toUpperCase() ? NEED.capitals : NEED.small, found.index);
  }

  #readText(text: string): void {
    this.#text = text;
    this.#scan = scanText(text);
    const { units, count, coreStarts, coreEnds, hashes, shapes } = this.#scan;
    for (let piece = 0; piece < count; piece++) {
      const start = coreStarts[piece]!;
      const end = coreEnds[piece]!;
      if ((shapes[piece]! & PieceShape.compound) !== 0) this.#readParts(start, end, piece);
      else if (end > start) {
        const sign = start > 0 ? units[start - 1] : 0;
        if (sign === HASH || sign === DOLLAR) this.#addTag(sign, start, end, piece);
        else if (sign !== AT) {
          const index = COIN_TABLE.findHashed(units, start, end, hashes[piece]!);
          if (index >= 0) this.#addWord(index, start, end, piece);
          else if (end - start > 5) this.#addLonger(start, end, piece, (shapes[piece]! & 1) !== 0);
        }
      }
    }
  }

  #addTag(sign: number, start: number, end: number, piece: number): void {
    const tag = this.#text.slice(start, end);
    if (sign === DOLLAR) this.#addCashtag(tag, piece);
    else this.#addHashtag(tag, piece);
  }

  /** The words of a piece such as `BTC/USD` or `bitcoin's`. */
  #readParts(start: number, end: number, piece: number): void {
    const { units } = this.#scan;
    if (DOMAIN.test(this.#text.slice(start, end))) return;
    for (let at = start; at < end; at++) {
      const from = at;
      while (at < end && isWordPart(units[at]!)) at++;
      const sign = from > 0 ? units[from - 1] : 0;
      if (sign === AT) {
        while (at < end && (isWordPart(units[at]!) || units[at] === DOT || units[at] === HYPHEN)) at++;
        continue;
      }
      if (at - from > 1 && units[at] !== AT) {
        if (sign === HASH || sign === DOLLAR) this.#addTag(sign, from, at, piece);
        else {
          const index = COIN_TABLE.find(units, from, at);
          if (index >= 0) at = this.#addWord(index, from, at, piece);
          else if (at - from > 5) this.#addLonger(from, at, piece, capitalsAt(units, from, at) === 2);
        }
      }
      this.#readScripts(from, Math.min(at + 1, end), piece);
    }
  }

  #readScripts(start: number, end: number, piece: number): void {
    const { units } = this.#scan;
    for (let at = start; at < end; at++) {
      const name = units[at]! >= 0x370 ? scriptNameAt(this.#text, at) : undefined;
      if (name === undefined) continue;
      const coin = COIN_OF.get(name.means);
      if (coin === undefined) this.#clues.addTrade(piece);
      else this.#add(coin, piece, NEED.none);
      at += name.length - 1;
    }
  }

  /** Adds what a listed word says; returns the end of what was read. */
  #addWord(index: number, start: number, end: number, piece: number): number {
    this.#clues.addWord(index, piece, false);
    if (MAY_NAME[index] === 0) return end;
    const { readings, phrases, symbolOf } = coinEntry(index);
    const text = this.#text;
    const phrase =
      phrases.length === 0 ? undefined : phrases.find(({ rest }) => continuesWith(text, end, rest));
    const { units } = this.#scan;
    if (phrase !== undefined) {
      const { coin, isSure, capitals } = phrase;
      if (coin !== undefined && (capitals === 0 || capitalsAt(units, start, end) > 0))
        this.#add(
          coin,
          piece,
          isSure ? NEED.none : capitalsAt(units, start, end) > 0 ? NEED.capitals : NEED.small,
        );
      return coin === undefined ? end : end + 1 + phrase.rest.length;
    }
    const quoted = symbolOf === undefined ? -1 : quoteEnd(text, end);
    if (quoted >= 0) {
      this.#add(symbolOf!, piece, NEED.none, index, false, true);
      return quoted;
    }
    if (readings.length === 0) return end;
    const capitals = this.#isInCapitals() ? 0 : capitalsAt(units, start, end);
    const reading = readings.find((one) => one.capitals <= capitals);
    if (reading !== undefined) {
      const need = capitals > 0 ? NEED.capitals : NEED.small;
      this.#add(reading.coin, piece, reading.isSure ? NEED.none : need, index);
    } else if (readings[0]!.isSure) this.#add(readings[0]!.coin, piece, NEED.small, index);
    return end;
  }

  /** Words that are no names themselves: `BTCUSDT`, `bitcoiners`. */
  #addLonger(start: number, end: number, piece: number, isUpper: boolean): void {
    const { units } = this.#scan;
    if (isUpper || mayBePair(units, end)) {
      const coin = coinOfPair(this.#text.slice(start, end));
      if (coin !== undefined) {
        this.#add(coin, piece, NEED.none, -1, false, true);
        return;
      }
    }
    const first = units[start]! | 32;
    if (first !== 98 && first !== 101 && first !== 100 && first !== 108) return;
    for (let length = Math.min(end - start - 1, 9); length > 6; length--) {
      const index = COIN_TABLE.find(units, start, start + length);
      const name = index < 0 ? undefined : coinEntry(index).readings[0];
      if (name?.isSure !== true || !/coin$|^ethereum$/.test(name.text)) continue;
      this.#add(name.coin, piece, NEED.none);
      return;
    }
  }

  #isInCapitals(): boolean {
    this.#inCapitals ??= isMostlyCapitals(this.#scan);
    return this.#inCapitals;
  }
}

const reader = new CoinReader();

/**
 * The coins that a post names, in order of mention: cashtags, hashtags, then the text. Ambiguous names count beside signs of
 * the trade. Mentions (@...) and web addresses do not count. `asked`: symbols outside the list whose cashtags count.
 */
export function findCoins(post: CoinMentions, asked: ReadonlySet<string> = NONE): CoinMention[] {
  return reader.read(post, asked);
}
