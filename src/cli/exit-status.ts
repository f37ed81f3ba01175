/** How a command ends, for whoever called it. */
export const exitStatus = { done: 0, failed: 1, usedWrongly: 2 } as const
