/**
 * Says which language a text is in, by ISO 639-1; undefined where that is not certain. Loads eld's small database:
 * 1.6 MB, a quarter of a second, about 75,000 posts a second.
 */
export async function languageDetector(): Promise<(text: string) => string | undefined> {
  const { eld } = await import('eld/small');
  return (text) => {
    const result = eld.detect(text);
    return result.language !== '' && result.isReliable() ? result.language : undefined;
  };
}
