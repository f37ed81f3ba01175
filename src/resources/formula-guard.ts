/*
 * A spreadsheet runs a cell that begins like a formula, and what an app says of its device is anybody's to choose: in CSV such a text
 * begins with an apostrophe. Source: owasp.org/www-community/attacks/CSV_Injection
 *
 * Where the list separator of the system is `;`, a spreadsheet cuts lines there, and knows no quotes in the middle of its cell: so
 * whatever such a cut or a line end could make the beginning of a cell gets one, too.
 *
 * Apostrophes, quotes and white space before the formula change nothing: so a text that has an apostrophe already gets one more, and what is
 * taken away is always the one that was added.
 */
const unguarded = /(?<=^|[;\r\n])(?=(?:["']|[^\S\r\n])*[=+\-@\t\r])/g
const guarded = /(?<=^|[;\r\n])'(?=(?:["']|[^\S\r\n])*[=+\-@\t\r])/g

/** A text as it is safe in a file that a spreadsheet may open. */
export function guardFormulas(text: string): string {
  return text.replace(unguarded, "'")
}

/** The text that was guarded. */
export function unguardFormulas(text: string): string {
  return text.includes("'") ? text.replace(guarded, '') : text
}
