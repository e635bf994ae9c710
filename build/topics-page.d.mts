export function topicsPage(): Promise<string>;
