import { usageProblems } from '../../../core/errors.ts';
import { hasKeys, keysIn } from '../../../sources/shared/keys.ts';
import type { Source, SourceContext } from '../../../sources/source.ts';
import type { Io } from '../../process/io.ts';
import { checkProxy } from '../../process/proxy.ts';
import { secretOf } from '../../process/secrets.ts';

type Secret = SourceContext['secret'];

/** Names of the keys that a live source lacks, as text; undefined if it has them. */
export function missingKeys({ live }: Source, secret: Secret): string | undefined {
  const [names] = live?.secrets ?? [];
  return names === undefined || hasKeys(live!.secrets, secret) ? undefined : names.join(' and ');
}

/** Why a live source cannot start, and what to do; undefined if it can. */
export function whyCannotStart(source: Source, once: boolean, secret: Secret): string | undefined {
  const keys = missingKeys(source, secret);
  if (keys !== undefined) return `no key; set ${keys}`;
  return once && source.live?.endless
    ? 'an endless stream; omit --once, or set a duration with --for'
    : undefined;
}

/** Problems with keys that cannot be sent and with the proxy, for sources that could otherwise start. One sentence each. */
export async function environmentProblems(
  sources: readonly Source[],
  once: boolean,
  env: Io['env'],
): Promise<string[]> {
  const secret: Secret = (name) => secretOf(name, env);
  const ofKeys = sources.map(async (source) => {
    if (source.live && whyCannotStart(source, once, secret) === undefined)
      keysIn(source.live.secrets, secret);
  });
  const ofProxy = async () => {
    if (sources.some(({ live }) => live !== undefined)) checkProxy(env);
  };
  return (await Promise.all([...ofKeys, ofProxy()].map(usageProblems))).flat();
}
