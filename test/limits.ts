/** The suite must pass on a machine that is so many times slower than the one that the promised times are for. */
const SLOWEST = 3;

/** The most that something may take that is promised within `time`, in the unit of `time`. */
export const slowest = (time: number): number => SLOWEST * time;
