/** `1 device`, `1,200 devices`: how many, in the reader's own way of writing numbers. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`
}
