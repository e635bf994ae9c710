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
      ...(missed.windows.length === 0 ? [] : [`--window ${missed.windows.join(',')}`]),
      ...missed.flags,
      ...(name === app.fallback ? [] : [`--app ${name}`]),
      `--bus ${urlOf(settings.bus)}`,
    ];
    const [what, again] =
      missed.windows.length === 0
        ? ['too late for what had left', 'compute that again']
        : ['after their windows were closed', 'compute these windows again'];
    return [
      `${stage}: ${counted(late, 'record')} came ${what}, and went to topic late; to ${again}, run ${command.join(' ')}`,
    ];
  });
}
