/** A device token for each number. */
export function tokenOf(number: number): string {
  return number.toString(16).padStart(64, '0')
}

export function tokensOf(count: number): string[] {
  return Array.from({ length: count }, (_, number) => tokenOf(number))
}
