import type { Dependencies } from '../processors/processor.ts';

/** The tools that a processor asks for; what is large is loaded only for it. */
export async function toolsFor(needed: readonly (keyof Dependencies)[]): Promise<Dependencies> {
  if (!needed.includes('detectLanguage')) return {};
  const { languageDetector } = await import('./language.ts');
  return { detectLanguage: await languageDetector() };
}
