import { hostname } from 'node:os';
import { hasExited, type ProcessId, pidNamespace, thisProcess } from '../../../system/process-id.ts';

/** Identifies a process, so that others can check whether it is alive. Older versions did not record its start. */
export interface Owner extends ProcessId {
  readonly host: string;
  readonly namespace: string;
}

let self: Owner | undefined;
export function thisOwner(): Owner {
  self ??= { host: hostname(), ...thisProcess(), namespace: pidNamespace() };
  return self;
}

/** False only if the owner is certainly dead: same machine and namespace, and no such process. */
export function mayLive(owner: Owner): boolean {
  const here = thisOwner();
  return owner.host !== here.host || owner.namespace !== here.namespace || !hasExited(owner);
}
