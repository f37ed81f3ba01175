import { ApiError, changeHeaders, refusalOf, type Schemas } from '../../api/client'
import { lookForServer } from '../../api/connection'

/** How far an upload is. */
export interface UploadProgress {
  /** Bytes that have left. */
  sent: number
  bytes: number
}

/**
 * Sends a file of devices to the API, with progress, which `fetch` does not tell. What was imported before it is stopped stays. An ApiError where it is
 * refused, or breaks off.
 */
export function uploadDevices(
  service: number,
  file: File,
  { signal, progressed }: { signal: AbortSignal; progressed: (progress: UploadProgress) => void },
): Promise<Schemas['Import']> {
  const request = new XMLHttpRequest()
  request.open('POST', `/api/v1/devices/import?service=${service}`)
  for (const [name, value] of Object.entries(changeHeaders())) request.setRequestHeader(name, value)
  // The API finds out by itself which of its formats it is.
  request.setRequestHeader('Content-Type', 'text/csv')
  if (/\.gz$/i.test(file.name)) request.setRequestHeader('Content-Encoding', 'gzip')
  request.upload.onprogress = ({ loaded, total }) => progressed({ sent: loaded, bytes: total })
  signal.addEventListener('abort', () => request.abort(), { once: true })
  return new Promise((resolve, reject) => {
    request.onload = () => {
      const answer = parsed(request.responseText)
      if (request.status === 200) resolve(answer as Schemas['Import'])
      else reject(refusalOf(request.status, answer))
    }
    request.onerror = () => {
      void lookForServer()
      reject(
        new ApiError(0, {
          detail: 'The upload broke off. What was imported until then stays; send the file again.',
        }),
      )
    }
    request.onabort = () => reject(new DOMException('The upload was stopped', 'AbortError'))
    request.send(file)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
