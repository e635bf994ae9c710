const ANYWHERE = /\b([a-z][a-z0-9+.-]*:\/\/)\S*@/gi;
/** Error messages quote a typed argument with its blanks and quotes: everything up to the line's last @ may be its password. */
const QUOTED = /('[a-z][a-z0-9+.-]*:\/\/).*@/gi;

/** Replaces everything before the @ of a URL by `***`. */
export function withoutCredentials(text: string): string {
  return text.replace(QUOTED, '$1***@').replace(ANYWHERE, '$1***@');
}
