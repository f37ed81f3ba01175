import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino'

/**
 * The log of a process: one JSON object a line. Of requests it shows method, path and status, of answers the status:
 * no header, and so no password, and no body.
 *
 * @param level pino's levels and `silent`
 * @param destination standard output by default
 */
export function createLogger(level: string, destination?: DestinationStream): PinoLogger {
  return pino(
    {
      level,
      serializers: {
        err: pino.stdSerializers.err,
        req: ({ method, url }: { method: string; url: string }) => ({ method, url }),
        res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
      },
    },
    destination,
  )
}
