import { statSync } from 'node:fs';
import { parseJson } from '../../core/util/json.ts';
import { type Pick, trainRelevance, withPicks } from '../../market/relevance/model.ts';
import { readPicks } from '../../market/relevance/read-pick.ts';
import type { PickStore } from '../../page/server/pick-desk.ts';
import { learnedSentences } from '../commands/learn/learned-text.ts';
import { changeModel, storedPicks } from '../commands/learn/model-file.ts';

/** Keeps likes and dislikes as `learn` does: in the file of a model, which learns on with each. */
export function pickStore(file: string): PickStore {
  const changedAt = () => statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  let read: { readonly at: number | undefined; readonly picks: readonly Pick[] } | undefined;
  return {
    lists() {
      const at = changedAt();
      if (read === undefined || read.at !== at) read = { at, picks: storedPicks('--relevance', file) };
      const ids = (liked: boolean) => read!.picks.filter((pick) => pick.liked === liked).map(({ id }) => id);
      return { liked: ids(true), disliked: ids(false) };
    },
    add(post, liked) {
      const picks = readPicks(parseJson(post), post, liked);
      const learned = changeModel(file, (old) => trainRelevance(withPicks(old, picks)), '--relevance');
      return learnedSentences(learned, file).join(' ');
    },
  };
}
