const NAMES = [
  'up',
  'down',
  'muted',
  'text',
  'line',
  'band',
  'grid',
  'accent',
  'panel',
  'gap',
  'volume',
  'cluster',
] as const;

/** The page's colours, as the style sheet has them. */
export function colors(): Readonly<Record<(typeof NAMES)[number], string>> {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Record<(typeof NAMES)[number], string>;
}

const KEY = 'theme';

/** Follows the system until the button was used. Calls `changed` with each change. */
export function followTheme(button: HTMLButtonElement, changed: () => void): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const set = (theme: string | null) => {
    if (theme !== null) document.documentElement.dataset.theme = theme;
    changed();
  };
  button.addEventListener('click', () => {
    const isDark = (document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark';
    const theme = isDark ? 'light' : 'dark';
    localStorage.setItem(KEY, theme);
    set(theme);
  });
  dark.addEventListener('change', changed);
  const kept = localStorage.getItem(KEY);
  set(kept === 'dark' || kept === 'light' ? kept : null);
}
