/** One block of a PEM file (RFC 7468), with the label of its first and last line. */
export interface PemBlock {
  label: string
  /** From `-----BEGIN` to `-----END`, as it stands in the file. */
  text: string
}

/** The blocks of a PEM text in their order; what stands between them is skipped, as `openssl pkcs12` writes it there. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g)
  return [...blocks].map((block) => ({ label: block[1]!, text: block[0] }))
}

/** Whether a block holds a private key: `PRIVATE KEY`, `ENCRYPTED PRIVATE KEY`, `RSA PRIVATE KEY`, `EC PRIVATE KEY`. */
export function isPrivateKey({ label }: PemBlock): boolean {
  return label.endsWith('PRIVATE KEY')
}
