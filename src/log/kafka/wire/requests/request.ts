/** A request of ours, for the client to frame and send, and how its answer is read. Error codes stay numbers. */
export interface WireRequest<T> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  /** What follows the request header. */
  readonly body: () => Buffer;
  /** Reads what follows the correlation id of the answer. Throws RangeError when it ends too early. */
  readonly read: (payload: Buffer) => T;
}
