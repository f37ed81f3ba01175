import { PushError } from './errors.js'

/**
 * Where a check says that a rule is broken. By default (`refuse`) that is thrown; whoever wants to know all that is wrong collects
 * it, and the check goes on with something that can stand in the place of what is wrong.
 */
export type Report = (problem: PushError) => void

/** Throws. */
export const refuse: Report = (problem) => {
  throw problem
}

/** What a check that throws returns; where it throws one of our errors, that is reported, and `standIn` takes its place. */
export function checked<Value>(report: Report, check: () => Value, standIn: Value): Value {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof PushError)) throw error
    report(error)
    return standIn
  }
}
