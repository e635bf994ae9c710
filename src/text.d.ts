/** Word lists and the example data are bundled as text (esbuild's text loader, and the same in vitest.config.ts). */
declare module '*.txt' {
  const text: string;
  export default text;
}

declare module '*.csv' {
  const text: string;
  export default text;
}
