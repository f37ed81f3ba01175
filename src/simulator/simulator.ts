import {
  type ClientCertificateOptions,
  type IssuedClientCertificate,
  issueClientCertificate,
} from './certificates/client-certificate.js'
import { newPrivateKey, type SimulatorFiles } from './certificates/simulator-files.js'
import type { SimulatorState } from './connection.js'
import { type FaultOrder, faultOf } from './fault.js'
import { type DeviceTokens, tokenList } from './marked-tokens.js'
import type { ReceivedPush, SimulatorStats } from './received-log.js'
import type { ScriptedAnswer } from './script.js'
import { identifier, invalid, reachableName, texts, whole } from './simulator-options.js'

/** A provider key, as `ApnsClient` takes it. */
export interface SimulatorKey {
  /** The text of a `.p8` file. */
  readonly p8: string
  readonly keyId: string
  readonly teamId: string
}

/** Where a simulator is and what a sender needs to use it: plain data, without secrets. */
export interface SimulatorDescription {
  readonly hostname: string
  readonly port: number
  readonly controlUrl: string
  /** Folder of its files. */
  readonly dir: string
  /** The authority to trust, as `NODE_EXTRA_CA_CERTS` or as a service's `--ca-file`. */
  readonly caFile: string
  readonly keyFile: string
  readonly keyId: string
  readonly teamId: string
  /** Bundle ids that the key may push to; absent for any. */
  readonly topics?: readonly string[]
}

/** A running simulator; made by `startSimulator`. */
export class Simulator {
  /** Name or address that pushes go to. */
  readonly hostname: string
  /** Port that pushes go to. */
  readonly port: number
  /** Port of the control server on `127.0.0.1`. */
  readonly controlPort: number
  /** Address of the control server, without a slash at the end. */
  readonly controlUrl: string
  /** Folder of its files. */
  readonly dir: string
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string
  /** File with the same. */
  readonly caFile: string
  /** A key that it accepts. */
  readonly key: SimulatorKey
  /** File with its `.p8` text. */
  readonly keyFile: string
  readonly #state: SimulatorState
  readonly #files: SimulatorFiles
  readonly #shutDown: () => Promise<void>
  #closed: Promise<void> | undefined

  /** @internal */
  constructor(parts: SimulatorParts) {
    const { state, files, dir, port, controlPort } = parts
    const { host, keyId, teamId } = state.settings
    this.hostname = reachableName(host)
    this.port = port
    this.controlPort = controlPort
    this.controlUrl = `http://127.0.0.1:${controlPort}`
    this.dir = dir
    this.ca = files.authority.certificate
    this.caFile = files.caFile
    this.key = Object.freeze({ p8: files.p8, keyId, teamId })
    this.keyFile = files.keyFile
    this.#state = state
    this.#files = files
    this.#shutDown = parts.shutDown
  }

  /** Where it is and what a sender needs, as plain data. */
  describe(): SimulatorDescription {
    const { hostname, port, controlUrl, dir, caFile, keyFile } = this
    const { keyId, teamId, topics } = this.#state.settings
    const description = { hostname, port, controlUrl, dir, caFile, keyFile, keyId, teamId }
    return topics === undefined ? description : { ...description, topics }
  }

  /** Issues a client certificate for a topic. */
  issueCertificate(options: ClientCertificateOptions): IssuedClientCertificate {
    return issueClientCertificate(this.#files.authority, this.#state.settings.teamId, options)
  }

  /**
   * Makes one more provider key that it accepts, until it is closed.
   * `teamId` absent: the team of the first key. `topics` absent: any bundle id.
   */
  issueKey(options: { keyId: string; teamId?: string; topics?: readonly string[] }): SimulatorKey {
    const keyId = identifier('keyId', options.keyId)
    if (keyId === this.key.keyId) throw invalid('keyId', keyId, 'an id that no other key has')
    const teamId = identifier('teamId', options.teamId ?? this.key.teamId)
    const p8 = newPrivateKey()
    this.#state.keys.add(p8, keyId, teamId, options.topics && texts('topics', options.topics))
    return { p8, keyId, teamId }
  }

  /** Pushes to these devices get 410 `Unregistered` with this time, in milliseconds since 1970; now by default. */
  unregister(tokens: DeviceTokens, timestamp: number = this.#state.settings.clock.now()): void {
    this.#state.marks.unregister(tokens, timestamp)
  }

  /** Pushes to these devices get 400 `BadDeviceToken`. */
  markBad(tokens: DeviceTokens): void {
    this.#state.marks.markBad(tokens)
  }

  /** Answers to pushes to these devices wait so long, in milliseconds. */
  markSlow(tokens: DeviceTokens, ms: number): void {
    this.#state.marks.markSlow(tokens, ms)
  }

  /** Takes back all marks of these devices: the app is installed again. */
  restore(tokens: DeviceTokens): void {
    this.#state.marks.restore(tokens)
  }

  /** Orders answers for requests to come, whatever they would get by Apple's rules. */
  answer(order: ScriptedAnswer): void {
    this.#state.script.add(order)
  }

  /** Orders something to go wrong, with requests or connections to come, or `at: 'now'` with all open connections. */
  fault(order: FaultOrder): void {
    const fault = faultOf(order)
    if (fault.at === 'now') for (const connection of [...this.#state.connections]) connection.happen(fault)
    else this.#state.faults.add(fault, order)
  }

  /** The newest pushes that are remembered, oldest first: to one device or to all, at most `limit`. */
  received(token?: string, limit?: number): ReceivedPush[] {
    return this.#state.log.received(
      token === undefined ? undefined : tokenList(token)[0],
      limit === undefined ? undefined : whole('limit', limit, 0, Number.MAX_SAFE_INTEGER),
    )
  }

  /** Counters since the start or the last `reset()`. */
  stats(): SimulatorStats {
    return this.#state.log.stats(this.#state.keys.verifications)
  }

  /**
   * Forgets marks, ordered answers and faults, received pushes and counters. Connections and keys stay, and what a fault has
   * done to a connection.
   */
  reset(): void {
    this.#state.marks.clear()
    this.#state.script.clear()
    this.#state.faults.clear()
    this.#state.log.clear(this.#state.keys.verifications)
  }

  /** Ends it within a second: open streams get half of one. May be called again. */
  close(): Promise<void> {
    this.#closed ??= this.#shutDown()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** What a simulator is put together from. */
export interface SimulatorParts {
  readonly state: SimulatorState
  readonly files: SimulatorFiles
  readonly dir: string
  readonly port: number
  readonly controlPort: number
  readonly shutDown: () => Promise<void>
}
