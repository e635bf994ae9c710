import { counted } from '../../core/text/numbers.ts';
import { formatTime } from '../../core/util/time.ts';
import type { StageStats } from '../../runtime/stage.ts';
import { type Bus, urlOf } from '../args/bus-url.ts';
import { app } from '../args/common-options.ts';

/** Says how to compute again the windows that late records missed: the exact command. */
export function lateWarnings(
  stats: readonly StageStats[],
  settings: { readonly bus: Bus; readonly app?: string },
  self: string,
): string[] {
  return stats.flatMap(({ stage, late, missed }) => {
    if (missed === undefined) return [];
    const name = settings.app ?? app.fallback;
    const command = [
      `${self} process replay ${stage}`,
      `--from ${formatTime(missed.from)} --to ${formatTime(missed.to)}`,
      `--window ${missed.windows.join(',')}`,
      ...missed.flags,
      ...(name === app.fallback ? [] : [`--app ${name}`]),
      `--bus ${urlOf(settings.bus)}`,
    ];
    return [
      `${stage}: ${counted(late, 'record')} came after their windows were closed, and went to topic late; to compute these windows again, run ${command.join(' ')}`,
    ];
  });
}
