/** What the page is painted in: as the system says, or as was chosen. */
export type Theme = 'light' | 'dark';

const STORED = 'weir-theme';

/** Sets the theme that was chosen the last time; without one, the system's stays. */
export function restoreTheme(): void {
  const stored = read();
  if (stored !== undefined) document.documentElement.dataset.theme = stored;
}

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Changes to the other theme, and remembers it. */
export function toggleTheme(): Theme {
  const theme = currentTheme() === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
  return theme;
}

function read(): Theme | undefined {
  try {
    const stored = localStorage.getItem(STORED);
    return stored === 'light' || stored === 'dark' ? stored : undefined;
  } catch {
    return undefined;
  }
}
