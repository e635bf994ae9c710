/**
 * Detects the language of a text as an ISO 639-1 code; undefined if uncertain. Loads eld's small database (1.6 MB) in a
 * quarter of a second; handles about 75,000 posts per second.
 */
export async function languageDetector(): Promise<(text: string) => string | undefined> {
  const { eld } = await import('eld/small');
  return (text) => {
    const result = eld.detect(text);
    return result.language !== '' && result.isReliable() ? result.language : undefined;
  };
}
