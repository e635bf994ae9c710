const ANYWHERE = /\b([a-z][a-z0-9+.-]*:\/\/)\S*@/gi;
/** Error messages quote a typed argument with its blanks and quotes: everything up to the line's last @ may be its password. */
const QUOTED = /('[a-z][a-z0-9+.-]*:\/\/).*@/gi;

/** Replaces everything before the @ of a URL by `***`. */
export function withoutCredentials(text: string): string {
  return text.replace(QUOTED, '$1***@').replace(ANYWHERE, '$1***@');
}

/** A secret as a setting of a URL or of `--kafka-option`. */
const SECRET = /((?:password|passphrase|secret|token|key)[\w.-]*=)[^&,\s]*/gi;

/** A command line as one text, for records of a run: secrets become `***`, and words with blanks are quoted. */
export const commandText = (words: readonly string[]): string =>
  words
    .map((word) => withoutCredentials(word).replace(SECRET, '$1***'))
    .map((word) => (/^[\w@%+=:,./*?&-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
