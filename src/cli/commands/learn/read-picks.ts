import { existsSync } from 'node:fs';
import { UserError } from '../../../core/errors.ts';
import { InvalidRecord } from '../../../core/stream/record.ts';
import { LARGEST_MODEL } from '../../../core/text/file-read-error.ts';
import { parseJson } from '../../../core/util/json.ts';
import type { Log } from '../../../log/log.ts';
import type { Pick } from '../../../market/relevance/model.ts';
import { readPicks } from '../../../market/relevance/read-pick.ts';
import { readTextFile } from '../../args/read-text.ts';
import { describeTopic } from '../topics/name.ts';
import { newestByKey } from '../topics/reading.ts';

/** The flags of picks with their values: files, and ids of posts. */
export interface PickFlags {
  readonly like: readonly string[];
  readonly dislike: readonly string[];
}

interface Named {
  readonly flag: string;
  readonly liked: boolean;
  readonly value: string;
}

const named = ({ like, dislike }: PickFlags): readonly Named[] => [
  ...like.map((value) => ({ flag: '--like', liked: true, value })),
  ...dislike.map((value) => ({ flag: '--dislike', liked: false, value })),
];
const isFile = ({ value }: Named): boolean => existsSync(value);

/** Whether a flag names a post by its id, which is then looked up on the bus. */
export const namesPosts = (flags: PickFlags): boolean => !named(flags).every(isFile);

/** Lines that cannot be read are named up to this number. */
const SHOWN_LINES = 5;

function picksOfFile({ flag, liked, value }: Named): readonly Pick[] {
  const picks: Pick[] = [];
  const faults: string[] = [];
  for (const [at, line] of readTextFile(flag, value, LARGEST_MODEL).split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      picks.push(...readPicks(parseJson(line), line, liked));
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      faults.push(`line ${at + 1}: ${error.message}`);
    }
  }
  if (faults.length > 0)
    throw new UserError(
      'usage',
      `${flag} ${value}: ${faults.length} lines are no posts (${faults.slice(0, SHOWN_LINES).join('; ')})`,
      'Name a file of JSON lines: posts as a source sends them, or records of topic tweets-processed.',
    );
  return picks;
}

/** The picks of posts that flags name by id. Throws UserError `usage` with all that are not there. */
async function picksOfIds(flags: readonly Named[], log: Log, topic: string): Promise<readonly Pick[]> {
  const ids = new Set<string | null>(flags.map(({ value }) => value));
  const hasKey = (key: string | null): boolean => ids.has(key);
  const stored = await newestByKey(log, await describeTopic(log, topic), (text) => text, { hasKey });
  const missing = flags.filter(({ value }) => stored.get(value) == null);
  if (missing.length > 0)
    throw new UserError(
      'usage',
      missing
        .map(({ flag, value }) =>
          stored.has(value)
            ? `${flag} ${value}: the post was deleted`
            : `${flag} ${value}: neither a file nor the id of a post in topic ${topic}`,
        )
        .join('\n'),
      `Show posts with 'cryptopipe topics tail ${topic}'; a topic forgets old posts, so name older ones in a file.`,
    );
  return flags.flatMap(({ value, liked }) => {
    const text = stored.get(value)!;
    return readPicks(parseJson(text), text, liked);
  });
}

/** The picks that the flags name. Throws UserError `usage`. `log` is needed if `namesPosts`. */
export async function picksOf(flags: PickFlags, topic: string, log?: Log): Promise<readonly Pick[]> {
  const all = named(flags);
  const ofFiles = all.filter(isFile).flatMap(picksOfFile);
  const ofIds =
    log === undefined
      ? []
      : await picksOfIds(
          all.filter((one) => !isFile(one)),
          log,
          topic,
        );
  const picks = [...ofFiles, ...ofIds];
  const liked = new Set(picks.filter((pick) => pick.liked).map(({ id }) => id));
  const both = picks.filter((pick) => !pick.liked && liked.has(pick.id)).map(({ id }) => id);
  if (both.length > 0)
    throw new UserError(
      'usage',
      `${both.slice(0, SHOWN_LINES).join(', ')}: liked and disliked at once`,
      'Name each post with one of --like and --dislike.',
    );
  return picks;
}
