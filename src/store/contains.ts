import { type RawBuilder, sql } from 'kysely'

/** Whether a column has a text in it, whatever the case of its Latin letters. Null where the column is. */
export function contains(column: RawBuilder<unknown>, text: string): RawBuilder<boolean> {
  const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
  return sql`${column} like ${pattern} escape '\\'`
}
