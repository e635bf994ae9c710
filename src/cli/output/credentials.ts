const ANYWHERE = /\b([a-z][a-z0-9+.-]*:\/\/)\S*@/gi;
/** A word that was typed is repeated in quotes, with its blanks and quotes: all to the last @ of the line may be its password. */
const QUOTED = /('[a-z][a-z0-9+.-]*:\/\/).*@/gi;

/** A text with `***` in place of what stands before the @ of its URLs. */
export function withoutCredentials(text: string): string {
  return text.replace(QUOTED, '$1***@').replace(ANYWHERE, '$1***@');
}
