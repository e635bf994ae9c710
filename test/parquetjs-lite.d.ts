/** What we use of parquetjs-lite 0.8.7 (exact pin), private fields included: it carries no types of its own. */
declare module 'parquetjs-lite' {
  export interface FieldDefinition {
    type: string;
    optional?: boolean;
    repeated?: boolean;
    compression?: string;
    fields?: Record<string, FieldDefinition>;
  }
  export interface Field {
    readonly path: readonly string[];
    readonly isNested?: boolean;
    readonly dLevelMax: number;
    readonly fields?: Record<string, Field>;
    originalType?: string;
  }
  export class ParquetSchema {
    constructor(fields: Record<string, FieldDefinition>);
    readonly fieldList: readonly Field[];
  }
  export interface Statistics {
    min: Uint8Array | null;
    max: Uint8Array | null;
    min_value: Uint8Array | null;
    max_value: Uint8Array | null;
    null_count: number;
    distinct_count: number | null;
  }
  export interface RowGroup {
    readonly columns: readonly { readonly meta_data: { readonly statistics: Statistics } }[];
  }
  export interface WriterOptions {
    rowGroupSize?: number;
    pageSize?: number;
    useDataPageV2?: boolean;
    pageIndex?: boolean;
  }
  export class ParquetEnvelopeWriter {
    constructor(
      schema: ParquetSchema,
      write: (bytes: Uint8Array) => void,
      close: () => void,
      offset: number,
      options: WriterOptions,
    );
    readonly rowGroups: RowGroup[];
    readonly useDataPageV2: boolean;
    writeHeader(): void;
    writeRowGroup(rowBuffer: RowBuffer): void;
    writeIndex(): void;
    writeFooter(userMetadata: Record<string, string>): void;
    close(): void;
  }
  export interface ColumnBuffer {
    values: ArrayLike<unknown>;
    rlevels: ArrayLike<number>;
    dlevels: ArrayLike<number>;
    distinct_values: {
      readonly size: number | null;
      forEach(): void;
      [Symbol.iterator](): Iterator<unknown>;
    };
    count: number;
  }
  export interface RowBuffer {
    rowCount: number;
    pageRowCount: number;
    columnData: Record<string, ColumnBuffer>;
    pages: Record<string, unknown[]>;
  }
  export class ParquetWriter {
    constructor(
      schema: ParquetSchema,
      envelope: Pick<
        ParquetEnvelopeWriter,
        'writeHeader' | 'writeRowGroup' | 'writeIndex' | 'writeFooter' | 'close' | 'useDataPageV2'
      >,
      options: WriterOptions,
    );
    rowBuffer: RowBuffer;
    appendRow(row: Record<string, unknown>): Promise<void>;
    close(): Promise<void>;
  }
}
