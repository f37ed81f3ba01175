/** What the outcomes of a push mean, for one device or for many. */
export const outcomeMeans = {
  accepted: 'Apple took it. That is no promise that the device has shown it.',
  rejected: 'Apple said no, with a reason.',
  unknown: 'It may have left, and no answer came.',
  unsent: 'It certainly did not leave.',
}
