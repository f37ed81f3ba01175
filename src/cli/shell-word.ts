/** A text as one word of a command that is printed to be copied: quoted where a shell would take it apart. */
export function shellWord(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
