export type { Cutting } from './x/connection.ts';
export type { Farewell, Fault } from './x/faults.ts';
export { notice, type PostParts, type StubPost } from './x/posts.ts';
export { startXStub, type XStub, type XStubSettings } from './x/server.ts';
