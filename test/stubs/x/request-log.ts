import type { ServerResponse } from 'node:http';
import type { Millis } from '../../../src/core/util/time.ts';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly at: Millis;
  /** Undefined until it is answered. */
  status: number | undefined;
}

/** Records the requests, streams and posts of the stub. */
export class RequestLog {
  readonly requests: Request[] = [];
  /** Streams open now, and the maximum so far. */
  open = 0;
  mostOpen = 0;
  /** When each stream was accepted, and when it ended. */
  readonly streams: { readonly from: Millis; to: Millis | undefined }[] = [];
  /** Lines of posts that were sent completely, one entry per delivery. */
  readonly handedOver: { readonly id: string; readonly line: string; readonly at: Millis }[] = [];

  /** Number of accepted streams. */
  get accepted(): number {
    return this.streams.length;
  }

  /** Maximum number of answered attempts to open a stream within 15 minutes; X allows 50. */
  get mostTries(): number {
    const answered = this.of('/stream').filter(({ status }) => status !== undefined);
    const times = answered.map(({ at }) => at);
    return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 900_000).length));
  }

  /** Counts a stream as open until its client leaves. */
  holds({ socket }: ServerResponse): void {
    if (socket === null || socket.destroyed) return;
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    const onClose = () => {
      socket.off('end', onClose).off('close', onClose);
      this.open--;
    };
    socket.once('end', onClose).once('close', onClose);
  }

  /** Requests whose path ends with `path`. */
  of(path: string, method?: string): Request[] {
    return this.requests.filter((one) => one.path.endsWith(path) && (method ?? one.method) === one.method);
  }
}
