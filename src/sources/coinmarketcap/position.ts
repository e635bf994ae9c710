import type { Used } from './credits.ts';

/** The stored position: the quotes already written, and the credits used. */
export interface PollPosition {
  /** A snapshot of SeenQuotes. */
  readonly seen: Readonly<Record<string, string>>;
  readonly used?: Used | undefined;
}

/** One position per topic, because each topic has its own quotes. */
export const placeName = (topic: string): string => `coinmarketcap/${topic}`;

/** Parses a stored position. An invalid one starts over: quotes may repeat but must not be lost. */
export function parsePlace(text: string | undefined): PollPosition {
  try {
    const { seen, used } = JSON.parse(text ?? '{}') as Partial<PollPosition>;
    return { seen: seen ?? {}, used };
  } catch {
    return { seen: {} };
  }
}
