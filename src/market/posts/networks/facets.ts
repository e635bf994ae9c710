import { type Json, objectsOf } from '../../../core/util/json.ts';
import { asObject } from '../fields.ts';

/** A link of a text: its place in UTF-8 bytes, and its address. */
interface TextLink {
  readonly start: number;
  readonly end: number;
  readonly uri: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function linkOf({ index, features }: Json): TextLink | undefined {
  const { byteStart, byteEnd } = asObject(index) ?? {};
  const uri = objectsOf(features).find(({ $type }) => $type === 'app.bsky.richtext.facet#link')?.uri;
  const isRange = Number.isInteger(byteStart) && Number.isInteger(byteEnd);
  if (!isRange || typeof uri !== 'string') return undefined;
  return { start: byteStart as number, end: byteEnd as number, uri };
}

/** Whether a character begins at this byte, or the text ends there. */
const isBoundary = (bytes: Uint8Array, at: number): boolean =>
  at === bytes.length || (bytes[at]! & 0xc0) !== 0x80;

/** Bluesky's app shows `example.org/news/2026...` for a long address. A text that is not the address's own stays. */
const isShortened = (shown: string, uri: string): boolean => {
  const bare = shown.replace(/^https?:\/\//i, '').replace(/(?:\.{3}|…)$/, '');
  return bare !== '' && uri.replace(/^https?:\/\//i, '').startsWith(bare);
};

/**
 * The text with its shortened addresses in full, so that no word of an address counts as the author's. Facets give places in
 * UTF-8 bytes; those outside the text, within a character or across each other are ignored.
 */
export function withWholeLinks(text: string, facets: unknown): string {
  const links = objectsOf(facets)
    .map(linkOf)
    .filter((link) => link !== undefined);
  if (links.length === 0) return text;
  const bytes = encoder.encode(text);
  let whole = '';
  let at = 0;
  for (const { start, end, uri } of links.sort((a, b) => a.start - b.start)) {
    const isInside = start >= at && end > start && end <= bytes.length;
    if (!isInside || !isBoundary(bytes, start) || !isBoundary(bytes, end)) continue;
    const shown = decoder.decode(bytes.subarray(start, end));
    if (!isShortened(shown, uri)) continue;
    whole += decoder.decode(bytes.subarray(at, start)) + uri;
    at = end;
  }
  return at === 0 ? text : whole + decoder.decode(bytes.subarray(at));
}
