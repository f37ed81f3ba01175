import { MAX_FRAME_BYTES, MAX_WINDOW_BYTES, readUint32, settingIds } from './frames.js'
import { errorCodes, ProtocolError } from './protocol-error.js'

/** What a SETTINGS frame of the server says that matters to a sender of small requests. Absent: it did not say. */
export interface PeerSettings {
  /**
   * All sizes in the order of the frame: an encoder follows each of them, because the smallest matters too (RFC 7541 section
   * 4.2). Of the other settings the last value counts.
   */
  headerTableBytes?: number[]
  maxConcurrentStreams?: number
  initialWindowBytes?: number
}

/** Reads the payload of a SETTINGS frame. Throws ProtocolError for a value out of its range (RFC 9113 section 6.5.2). */
export function readSettings(bytes: Uint8Array, start: number, end: number): PeerSettings {
  if ((end - start) % 6 !== 0) {
    throw new ProtocolError(errorCodes.FRAME_SIZE_ERROR, `SETTINGS of ${end - start} bytes`)
  }
  const settings: PeerSettings = {}
  for (let offset = start; offset < end; offset += 6) {
    apply(settings, (bytes[offset]! << 8) | bytes[offset + 1]!, readUint32(bytes, offset + 2))
  }
  return settings
}

function apply(settings: PeerSettings, id: number, value: number): void {
  switch (id) {
    case settingIds.HEADER_TABLE_SIZE:
      settings.headerTableBytes ??= []
      settings.headerTableBytes.push(value)
      break
    case settingIds.MAX_CONCURRENT_STREAMS:
      settings.maxConcurrentStreams = value
      break
    case settingIds.INITIAL_WINDOW_SIZE:
      if (value > MAX_WINDOW_BYTES) {
        throw new ProtocolError(errorCodes.FLOW_CONTROL_ERROR, `an initial window of ${value}`)
      }
      settings.initialWindowBytes = value
      break
    case settingIds.MAX_FRAME_SIZE:
      // Our frames are never larger than what everyone has to take, so a larger limit is of no use.
      if (value < MAX_FRAME_BYTES || value > 0xff_ffff) {
        throw new ProtocolError(errorCodes.PROTOCOL_ERROR, `a frame size of ${value}`)
      }
      break
    case settingIds.ENABLE_PUSH:
      // RFC 9113 section 6.5.2: a client takes anything but 0 for an error.
      if (value !== 0)
        throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'a server that switches on PUSH_PROMISE')
  }
}
