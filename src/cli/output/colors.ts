import type { Severity } from '../../core/check.ts';
import type { Io } from '../process/io.ts';

type Screen = Pick<Io, 'outIsTerminal' | 'env'>;
type Paint = (text: string) => string;

const plain: Paint = (text) => text;

/** Undefined off a terminal, and when NO_COLOR (no-color.org) is set. */
const colors = async ({ outIsTerminal, env }: Screen) =>
  outIsTerminal && !env.NO_COLOR ? (await import('chalk')).default : undefined;

/** Bold. */
export const titlePaint = async (screen: Screen): Promise<Paint> => (await colors(screen))?.bold ?? plain;

/** Green, yellow, red. */
export async function severityColor(screen: Screen): Promise<Readonly<Record<Severity, Paint>>> {
  const chalk = await colors(screen);
  return { ok: chalk?.green ?? plain, warn: chalk?.yellow ?? plain, error: chalk?.red ?? plain };
}
