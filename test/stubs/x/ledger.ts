import type { Millis } from '../../../src/core/time.ts';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly at: Millis;
  /** Undefined while it was not answered. */
  status: number | undefined;
}

/** What the stub has seen and done. */
export class Ledger {
  readonly requests: Request[] = [];
  /** Streams open now, and the most there were at once. */
  open = 0;
  mostOpen = 0;
  /** Streams that were accepted. */
  accepted = 0;
  /** When each of them began and ended, by the stub's clock. */
  readonly streams: { readonly from: Millis; to: Millis | undefined }[] = [];
  /** Lines of posts by id that went to a client in full, once for each time. */
  readonly handedOver: { readonly id: string; readonly line: string }[] = [];

  opened(): void {
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
  }

  /** Requests whose path ends so. */
  of(path: string, method?: string): Request[] {
    return this.requests.filter((one) => one.path.endsWith(path) && (method ?? one.method) === one.method);
  }
}
