import type { Io } from './io.ts';

const plain = (text: string): string => text;

/** Bold for a terminal's titles; plain elsewhere, and where NO_COLOR (no-color.org) asks for it. */
export async function titlePaint(io: Pick<Io, 'outIsTerminal' | 'env'>): Promise<(text: string) => string> {
  if (!io.outIsTerminal || io.env.NO_COLOR) return plain;
  const { default: chalk } = await import('chalk');
  return (text) => chalk.bold(text);
}
