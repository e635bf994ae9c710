import type { Source } from '../../../sources/source.ts';

/** A source that a call without `--source` leaves out, and what to do about it. */
export interface SkippedSource {
  readonly name: string;
  readonly why: string;
}

const isKeyless = ({ live }: Pick<Source, 'live'>): boolean => live?.secrets.length === 0;

/** The first line of a run without `--source`: what it reads, what it leaves out and why. */
export function describeReading(chosen: readonly Source[], leftOut: readonly SkippedSource[]): string {
  const names = (sources: readonly Source[]): string => sources.map(({ name }) => name).join(', ');
  const keyless = chosen.filter(isKeyless);
  const keyed = chosen.filter((source) => !isKeyless(source));
  const read = [
    ...(keyless.length > 0 ? [`${names(keyless)} (no key needed)`] : []),
    ...(keyed.length > 0 ? [`${names(keyed)} (with your keys)`] : []),
  ];
  const rest = leftOut.map(({ name, why }) => `${name} (${why})`).join(', ');
  return `reading ${read.join(' and ')}${rest === '' ? '' : `; left out: ${rest}`}`;
}
