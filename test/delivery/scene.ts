import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type Clock, silentLogger, systemClock } from '../../src/base/index.js'
import { type ClientOverrides, Delivery, type PushResult } from '../../src/delivery/index.js'
import type { NewService, Service } from '../../src/model/index.js'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/index.js'
import { openStore, type Store } from '../../src/store/index.js'

/** What a scene may have otherwise. */
export interface SceneOptions {
  simulator?: SimulatorOptions
  service?: Partial<NewService>
  apns?: ClientOverrides
  persistNotifications?: boolean
  clock?: Clock
  /** Where the database is; a new folder by default. It is removed with the scene. */
  folder?: string
}

/** A simulator, a database file, a service in it that speaks to the simulator, and a Delivery over both. */
export class Scene implements AsyncDisposable {
  readonly folder: string
  readonly simulator: Simulator
  readonly store: Store
  readonly delivery: Delivery
  readonly service: Service

  constructor(parts: Pick<Scene, 'folder' | 'simulator' | 'store' | 'delivery' | 'service'>) {
    this.folder = parts.folder
    this.simulator = parts.simulator
    this.store = parts.store
    this.delivery = parts.delivery
    this.service = parts.service
  }

  get databaseFile(): string {
    return join(this.folder, 'registry.sqlite')
  }

  /** Puts devices number 1 to `count` into the registry. */
  async register(count: number): Promise<void> {
    await this.store.devices.importMany(this.service.id, tokens(count), Date.now())
  }

  async isActive(number: number): Promise<boolean | undefined> {
    return (await this.store.devices.find(tokenOf(number), this.service.id))?.isActive
  }

  async activeDevices(): Promise<number> {
    return await this.store.devices.count({ serviceId: this.service.id, isActive: true })
  }

  /** Runs statements over a connection of its own, as another process would. */
  sql(statements: string): void {
    const database = new Database(this.databaseFile)
    try {
      database.exec(statements)
    } finally {
      database.close()
    }
  }

  /** Rows read over a connection of its own. */
  rows<Row>(query: string): Row[] {
    const database = new Database(this.databaseFile, { readonly: true })
    try {
      return database.prepare(query).all() as Row[]
    } finally {
      database.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.delivery.close()
    await this.simulator.close()
    await this.store.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const { clock = systemClock, apns = {}, persistNotifications = true } = options
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'ios-notifications-delivery-'))
  const simulator = await startSimulator({ receivedLimit: Number.POSITIVE_INFINITY, ...options.simulator })
  const store = await openStore({ database: `sqlite:${join(folder, 'registry.sqlite')}` })
  await store.migrate()
  const { hostname, port, ca, key } = simulator
  const credential = { kind: 'key', key } as const
  const usual = { name: 'test', hostname, port, ca, credential, topic: 'com.example.app' }
  const service = await store.services.create({ ...usual, ...options.service }, clock.now())
  const delivery = new Delivery({ store, clock, logger: silentLogger, persistNotifications, apns })
  return new Scene({ folder, simulator, store, delivery, service })
}

/** The token of device number n. */
export function tokenOf(number: number): string {
  return number.toString(16).padStart(64, '0')
}

function tokens(count: number): { token: string }[] {
  return Array.from({ length: count }, (_, index) => ({ token: tokenOf(index + 1) }))
}

/** The four counts alone. */
export function sums({ accepted, rejected, unknown, unsent }: PushResult) {
  return { accepted, rejected, unknown, unsent }
}
