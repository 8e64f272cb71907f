// The arithmetic mean. Its sum runs in the order of the values.

/** The mean of numbers; of none it is NaN. */
export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
