import type { SourceContext } from '../../../sources/source.ts';
import type { Io } from '../../process/io.ts';
import { proxyFor } from '../../process/proxy.ts';
import { secretOf } from '../../process/secrets.ts';

/** The parts of the process that a source may use. */
export const sourceEnvironment = (
  io: Io,
  once: boolean,
): Pick<SourceContext, 'stdin' | 'once' | 'secret' | 'proxy' | 'random' | 'print'> => ({
  stdin: io.stdin,
  once,
  secret: (name) => secretOf(name, io.env),
  proxy: (url) => proxyFor(url, io.env),
  random: Math.random,
  print: (line) => io.out(`${line}\n`),
});
