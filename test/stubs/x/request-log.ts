import type { ServerResponse } from 'node:http';
import type { Millis } from '../../../src/core/util/time.ts';

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
export class RequestLog {
  readonly requests: Request[] = [];
  /** Streams open now, and the most there were at once. */
  open = 0;
  mostOpen = 0;
  /** When each stream was accepted, and when it had ended. */
  readonly streams: { readonly from: Millis; to: Millis | undefined }[] = [];
  /** Lines of posts by id that went to a client in full, once for each time. */
  readonly handedOver: { readonly id: string; readonly line: string; readonly at: Millis }[] = [];

  /** Streams that were accepted. */
  get accepted(): number {
    return this.streams.length;
  }

  /** The most tries to open a stream that were answered within 15 minutes: X allows 50. */
  get mostTries(): number {
    const answered = this.of('/stream').filter(({ status }) => status !== undefined);
    const times = answered.map(({ at }) => at);
    return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 900_000).length));
  }

  /** Counts a stream as open until its client is gone. */
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

  /** Requests whose path ends so. */
  of(path: string, method?: string): Request[] {
    return this.requests.filter((one) => one.path.endsWith(path) && (method ?? one.method) === one.method);
  }
}
