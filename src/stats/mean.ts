// The arithmetic mean. Its sum runs in the order of the values.

/** The mean of numbers; NaN for an empty list. */
export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
