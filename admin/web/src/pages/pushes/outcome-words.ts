/** What the outcomes of a push mean, for one device or for many. */
export const outcomeMeans = {
  accepted: 'Apple took it. That is no promise that the device has shown it.',
  rejected: 'Apple said no, with a reason.',
  unknown: 'It may have left, and no answer came.',
  unsent: 'It certainly did not leave.',
}

type Outcome = keyof typeof outcomeMeans

/** How many devices have each outcome. */
export type OutcomeCounts = Record<Outcome, number>

/** The outcomes in the order in which they are shown, with the colour that each has everywhere. */
export const outcomes = [
  ['accepted', 'green'],
  ['rejected', 'red'],
  ['unknown', 'orange'],
  ['unsent', 'gray'],
] as const satisfies [Outcome, string][]
