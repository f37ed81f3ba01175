/** The head of a request as far as Apple's rules go. Values are as they came: one character a byte. */
export class PushRequest {
  method = ''
  path = ''
  authorization: string | undefined
  apnsId: string | undefined
  expiration: string | undefined
  priority: string | undefined
  pushType: string | undefined
  topic: string | undefined
  collapseId: string | undefined
  /** A header came twice. */
  repeated = false
  /** Names and values in turn, in the order in which they came. */
  readonly rawHeaders: readonly string[]

  /**
   * What stands in the place of the device token, in lower case: empty without one, absent where the path is not that of
   * a push. Whether it can be a token is judged later.
   */
  readonly deviceToken: string | undefined

  constructor(rawHeaders: readonly string[]) {
    this.rawHeaders = rawHeaders
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) this.#take(rawHeaders[at]!, rawHeaders[at + 1]!, at)
    const match = /^\/3\/device(?:\/([^/?#]*))?$/.exec(this.path)
    this.deviceToken = match === null ? undefined : (match[1] ?? '').toLowerCase()
  }

  /** One pass over the headers, because this runs for every push. */
  #take(name: string, value: string, at: number): void {
    switch (name) {
      case ':method':
        this.method = value
        return
      case ':path':
        this.path = value
        return
      case 'authorization':
        this.repeated ||= this.authorization !== undefined
        this.authorization = value
        return
      case 'apns-id':
        this.repeated ||= this.apnsId !== undefined
        this.apnsId = value
        return
      case 'apns-expiration':
        this.repeated ||= this.expiration !== undefined
        this.expiration = value
        return
      case 'apns-priority':
        this.repeated ||= this.priority !== undefined
        this.priority = value
        return
      case 'apns-push-type':
        this.repeated ||= this.pushType !== undefined
        this.pushType = value
        return
      case 'apns-topic':
        this.repeated ||= this.topic !== undefined
        this.topic = value
        return
      case 'apns-collapse-id':
        this.repeated ||= this.collapseId !== undefined
        this.collapseId = value
        return
      default:
        for (let before = 0; before < at; before += 2) this.repeated ||= this.rawHeaders[before] === name
    }
  }
}
