/** The part of pino's interface that this package uses: fields first, then one sentence. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

const ignore = () => {}

/** Says nothing; the default wherever a logger is optional. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }
