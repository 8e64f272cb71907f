// The arithmetic mean, its sum in the order of the values.

/** @param values n >= 1 numbers; none give NaN */
export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
