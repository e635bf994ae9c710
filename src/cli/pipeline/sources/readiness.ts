import { usageProblems } from '../../../core/errors.ts';
import { hasKeys, keysIn } from '../../../sources/shared/keys.ts';
import type { Source, SourceContext } from '../../../sources/source.ts';
import type { Io } from '../../process/io.ts';
import { checkProxy } from '../../process/proxy.ts';
import { secretOf } from '../../process/secrets.ts';

type Secret = SourceContext['secret'];

/** The usual names of the keys that a live source lacks, as words; undefined when it has them. */
export function lackingKeys({ live }: Source, secret: Secret): string | undefined {
  const [usual] = live?.secrets ?? [];
  return usual === undefined || hasKeys(live!.secrets, secret) ? undefined : usual.join(' and ');
}

/** Why a live source cannot start, and what to do; undefined when it can. */
export function hindrance(source: Source, once: boolean, secret: Secret): string | undefined {
  const keys = lackingKeys(source, secret);
  if (keys !== undefined) return `it has no key; set ${keys}`;
  return once && source.live?.endless
    ? 'a stream has no end; leave --once out, or say how long with --for'
    : undefined;
}

/** What is wrong with the environment of those that could start, a sentence each: keys that cannot be sent, the proxy. */
export async function misgivings(
  sources: readonly Source[],
  once: boolean,
  env: Io['env'],
): Promise<string[]> {
  const secret: Secret = (name) => secretOf(name, env);
  const ofKeys = sources.map(async (source) => {
    if (source.live && hindrance(source, once, secret) === undefined) keysIn(source.live.secrets, secret);
  });
  const ofProxy = async () => {
    if (sources.some(({ live }) => live !== undefined)) checkProxy(env);
  };
  return (await Promise.all([...ofKeys, ofProxy()].map(usageProblems))).flat();
}
