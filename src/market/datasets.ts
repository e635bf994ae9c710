/** How a column is kept: `time` is a UTC timestamp in milliseconds, ids are `text` (they pass 2^53). */
export type ColumnType = 'text' | 'number' | 'integer' | 'time' | 'boolean' | 'texts' | 'json';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** What it holds, with its unit; for the documentation. */
  readonly help: string;
}

/** The columns of a topic's values, declared once: the lake, MongoDB and the documentation derive from it. */
export interface Dataset {
  readonly name: string;
  readonly topic: string;
  readonly columns: readonly Column[];
  /** The event time; its UTC day is the folder column `date`. */
  readonly timeColumn: string;
  /** Folder columns of the lake: a column's name, or `date`. */
  readonly partitionBy: readonly string[];
}
