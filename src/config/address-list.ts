import { isIP } from 'node:net'

/** Whether a text is a list of IP addresses and networks (`10.0.0.0/8`, `fd00::/8`) with commas between. A network of everything (`/0`) is none. */
export function isAddressList(text: string): boolean {
  return text.split(',').every((entry) => isAddressOrNetwork(entry.trim()))
}

function isAddressOrNetwork(entry: string): boolean {
  const [, address = '', bits] = /^([0-9a-f.:]+)(?:\/([1-9]\d{0,2}))?$/i.exec(entry) ?? []
  const version = isIP(address)
  return version !== 0 && (bits === undefined || Number(bits) <= (version === 4 ? 32 : 128))
}
