const SIZES: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };

/** Bytes of `64MB`, `1GB` or a bare count, powers of two; NaN for anything else. */
export function parseSize(text: string): number {
  const [, count, unit = 'B'] = /^(\d+)\s*(B|KB|MB|GB)?$/i.exec(text) ?? [];
  return count === undefined ? Number.NaN : Number(count) * SIZES[unit.toUpperCase()]!;
}

export function formatSize(size: number): string {
  const unit = ['GB', 'MB', 'KB'].find((name) => size >= SIZES[name]!) ?? 'B';
  const count = size / SIZES[unit]!;
  return `${Number.isInteger(count) ? count : count.toFixed(1)}${unit}`;
}
