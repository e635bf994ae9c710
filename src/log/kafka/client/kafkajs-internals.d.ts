/* The internals of kafkajs 2.2.4 that client.ts and connection.ts use; the version is pinned exactly. */

declare module 'kafkajs/src/cluster/index.js' {
  interface PartitionMetadata {
    readonly partitionId: number;
    readonly leader: number;
    readonly isr: readonly number[];
    readonly replicas: readonly number[];
    readonly partitionErrorCode: number;
  }
  interface Connection {
    readonly socket?: { destroy(): void };
    rejectRequests(error: Error): void;
    disconnect(): Promise<void>;
  }
  interface Topics<P> {
    readonly topic: string;
    readonly partitions: readonly P[];
  }
  interface Transaction {
    readonly transactionalId: string;
    readonly producerId: number | string;
    readonly producerEpoch: number;
  }
  interface InnerBroker {
    readonly nodeId: number | null;
    readonly brokerAddress: string;
    readonly versions: Readonly<Record<number, { minVersion: number; maxVersion: number }>>;
    readonly connectionPool: {
      readonly pool: readonly Connection[];
      send(request: object): Promise<unknown>;
    };
    heartbeat(request: object): Promise<unknown>;
    joinGroup(request: object): Promise<{
      readonly generationId: number;
      readonly leaderId: string;
      readonly memberId: string;
      readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
    }>;
    syncGroup(request: object): Promise<{ readonly memberAssignment: Buffer }>;
    leaveGroup(request: object): Promise<unknown>;
    offsetCommit(request: object): Promise<unknown>;
    listOffsets(request: object): Promise<{
      readonly responses: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
      }[];
    }>;
    initProducerId(request: {
      readonly transactionalId: string | undefined;
      readonly transactionTimeout: number;
    }): Promise<{ readonly producerId: string; readonly producerEpoch: number }>;
    addPartitionsToTxn(
      request: Transaction & { readonly topics: readonly Topics<number>[] },
    ): Promise<unknown>;
    addOffsetsToTxn(request: Transaction & { readonly groupId: string }): Promise<unknown>;
    txnOffsetCommit(
      request: Transaction & { readonly groupId: string; readonly topics: readonly Topics<object>[] },
    ): Promise<unknown>;
    endTxn(request: Transaction & { readonly transactionResult: boolean }): Promise<unknown>;
    disconnect(): Promise<void>;
  }
  export default class Cluster {
    constructor(options: object);
    readonly targetTopics: ReadonlySet<string>;
    readonly brokerPool: {
      readonly metadata: { topicMetadata: readonly unknown[] } | null;
      readonly seedBroker: InnerBroker | undefined;
      readonly brokers: Readonly<Record<string, InnerBroker>>;
    };
    connect(): Promise<void>;
    addTargetTopic(topic: string): Promise<void>;
    refreshMetadata(): Promise<void>;
    findTopicPartitionMetadata(topic: string): readonly PartitionMetadata[];
    findBroker(node: { nodeId: number }): Promise<InnerBroker>;
    findControllerBroker(): Promise<InnerBroker>;
    findGroupCoordinator(group: { groupId: string; coordinatorType: 0 | 1 }): Promise<InnerBroker>;
  }
  export type { Connection, InnerBroker, PartitionMetadata };
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    readonly pending: readonly unknown[];
    readonly throttledUntil: number;
    readonly inflight: ReadonlyMap<
      number,
      { readonly sentAt: number; readonly requestTimeout: number; timeoutRequest(): void }
    >;
    requestTimeoutIntervalId: NodeJS.Timeout | undefined;
    isConnected(): boolean;
    destroy(): void;
    scheduleCheckPendingRequests(): void;
    scheduleRequestTimeoutCheck(): void;
  }
}

declare module 'kafkajs/src/network/socketFactory.js' {
  export default function socketFactory(): unknown;
}

declare module 'kafkajs/src/loggers/index.js' {
  export function createLogger(options: object): unknown;
}

declare module 'kafkajs/src/protocol/requests/metadata/index.js' {
  interface MetadataAnswer {
    readonly topicMetadata: readonly {
      readonly topicErrorCode: number;
      readonly partitionMetadata: readonly { partitionErrorCode: number }[];
    }[];
  }
  type Question = (question: { readonly topics: readonly string[] }) => {
    readonly request: unknown;
    readonly response: {
      readonly decode: unknown;
      readonly parse: (data: MetadataAnswer) => Promise<unknown>;
    };
  };
  const metadata: { protocol: (version: object) => Question };
  export default metadata;
  export type { MetadataAnswer };
}

declare module 'kafkajs/src/protocol/error.js' {
  interface ErrorCode {
    readonly type: string;
    readonly code: number;
    readonly retriable: boolean;
    readonly message: string;
  }
  export const errorCodes: ErrorCode[];
  export function createErrorFromCode(code: number): Error & { readonly type: string };
}

declare module 'kafkajs/src/consumer/assignerProtocol.js' {
  export const MemberMetadata: {
    encode(metadata: { version: number; topics: readonly string[]; userData: Buffer }): Buffer;
    decode(buffer: Buffer): { readonly topics: readonly string[]; readonly userData: Buffer };
  };
  export const MemberAssignment: {
    encode(assignment: {
      version: number;
      assignment: Readonly<Record<string, readonly number[]>>;
      userData: Buffer;
    }): Buffer;
    decode(buffer: Buffer): {
      readonly assignment: Readonly<Record<string, readonly number[]>>;
      readonly userData: Buffer;
    } | null;
  };
}
