/** A text in one line: what a service or a record says cannot reach the terminal as more than words. */
export const tame = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
