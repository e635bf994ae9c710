/** A value of a table's row: text in a CSV; JSON and Parquet also have numbers, booleans and nulls. */
export type Cell = string | number | bigint | boolean | null | undefined;

/** A row of a table: its cells in the order of the columns. */
export type Row = readonly Cell[];

/** The first rows of a file, on which its layout is decided before anything is written. */
export interface TableSample {
  /** As the user named the file: names such as `BTCUSDT-1m.csv` tell a pair or an interval. */
  readonly file: string;
  /**
   * The names of the columns, where the format itself has them (JSON objects, Parquet); undefined for a CSV, whose header
   * is found among the rows, and for JSON arrays of arrays.
   */
  readonly names: readonly string[] | undefined;
  /** At most 10,000 rows, in the order of the file. */
  readonly rows: readonly Row[];
  /** Whether these are all rows of the file. */
  readonly isWhole: boolean;
}
