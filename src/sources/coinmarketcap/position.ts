import type { Used } from './credits.ts';

/** What survives a restart: the quotes that were written, and the credits used. */
export interface PollPosition {
  /** As SeenQuotes gives it. */
  readonly seen: Readonly<Record<string, string>>;
  readonly used?: Used | undefined;
}

/** Each topic has its own: what was written to one is not in another. */
export const placeName = (topic: string): string => `coinmarketcap/${topic}`;

/** The stored place; one that cannot be read begins afresh, for quotes may repeat but not be lost. */
export function parsePlace(text: string | undefined): PollPosition {
  try {
    const { seen, used } = JSON.parse(text ?? '{}') as Partial<PollPosition>;
    return { seen: seen ?? {}, used };
  } catch {
    return { seen: {} };
  }
}
