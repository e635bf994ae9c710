import type { Dependencies } from '../processors/processor.ts';

/** Loads the dependencies that a processor asks for. The language database is large, so it is loaded only on demand. */
export async function loadDependencies(needed: readonly (keyof Dependencies)[]): Promise<Dependencies> {
  if (!needed.includes('detectLanguage')) return {};
  const { languageDetector } = await import('./language.ts');
  return { detectLanguage: await languageDetector() };
}
