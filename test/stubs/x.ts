export { mischief } from './x/chaos.ts';
export type { Cutting } from './x/connection.ts';
export type { Farewell, Fault } from './x/faults.ts';
export { complianceLine, type PostParts, type StubPost } from './x/posts.ts';
export { startXStub, type XStub } from './x/server.ts';
export type { XStubSettings } from './x/settings.ts';
