/** Word lists and the example data are bundled as text (esbuild's text loader, and the same in vitest.config.ts). */
declare module '*.txt' {
  const text: string;
  export default text;
}

declare module '*.csv' {
  const text: string;
  export default text;
}

/** What a browser loads: a script bundled with all it imports, a style sheet or a page, as text (build/asset.mjs). */
declare module '*?asset' {
  const text: string;
  export default text;
}
