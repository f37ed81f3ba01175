import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, open } from '../../src/app/index.js'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'

/** An application on a new database, and a simulator. */
export interface AppScene extends AsyncDisposable {
  app: App
  simulator: Simulator
  folder: string
  /** What a service for the simulator is made from. */
  service: { name: string; hostname: string; port: number; topic: string; ca: string }
}

/** Opens a scene; everything of it is gone afterwards. */
export async function openAppScene(): Promise<AppScene> {
  const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-app-'))
  const simulator = await startSimulator()
  const app = await open({ database: `sqlite:${join(folder, 'app.sqlite')}` })
  const { hostname, port, ca } = simulator
  return {
    app,
    simulator,
    folder,
    service: { name: 'test', hostname, port, topic: 'com.example.app', ca },
    async [Symbol.asyncDispose]() {
      await app.close()
      await simulator.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The token of a scene's device. */
export function tokenOf(position: number): string {
  return position.toString(16).padStart(64, '0')
}
