const ANYWHERE = /\b([a-z][a-z0-9+.-]*:\/\/)\S*@/gi;
/** A word that was typed is repeated in quotes, blanks and all. */
const QUOTED = /('[a-z][a-z0-9+.-]*:\/\/)[^'\n]*@/gi;

/** A text with `***` in place of what stands before the @ of its URLs. */
export function withoutCredentials(text: string): string {
  return text.replace(QUOTED, '$1***@').replace(ANYWHERE, '$1***@');
}
