/** Why a file cannot be read yet: each problem names the flag that solves it. Thrown and caught within this folder. */
export class Undecided extends Error {
  override readonly name = 'Undecided';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
  }
}

export function refuse(...problems: readonly string[]): never {
  throw new Undecided(problems);
}

/** The result of a decision. Throws Undecided where there is none, with the reason. */
export function decided<T>(result: T): Exclude<T, { readonly why: string }> {
  if (typeof result === 'object' && result !== null && 'why' in result) refuse(String(result.why));
  return result as Exclude<T, { readonly why: string }>;
}
