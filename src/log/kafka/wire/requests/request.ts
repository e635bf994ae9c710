/** A request for the client to frame and send, with its response parser. Error codes stay numbers. */
export interface WireRequest<T> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  /** The bytes after the request header. */
  readonly body: () => Buffer;
  /** Parses the bytes after the response's correlation id. Throws RangeError if they end too early. */
  readonly read: (payload: Buffer) => T;
}
