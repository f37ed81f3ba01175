import { onTestFinished } from 'vitest'
import { ApnsClient, type ApnsClientOptions } from '../../../src/apns/index.js'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/index.js'

/** A simulator and a client for it, closed when the test ends. */
export async function startScene(
  simulatorOptions: SimulatorOptions = {},
  clientOptions: Partial<ApnsClientOptions> = {},
): Promise<{ simulator: Simulator; client: ApnsClient }> {
  const simulator = await startSimulator(simulatorOptions)
  onTestFinished(() => simulator.close())
  return { simulator, client: clientFor(simulator, clientOptions) }
}

/** One more client; by the simulator's key, unless a certificate is given. */
export function clientFor(simulator: Simulator, options: Partial<ApnsClientOptions> = {}): ApnsClient {
  const { hostname, port, ca, key } = simulator
  const client = new ApnsClient({
    // Its certificate is for this name too, and a name is what users have.
    hostname: hostname === '127.0.0.1' ? 'localhost' : hostname,
    port,
    ca,
    ...(options.certificate === undefined && { key }),
    ...options,
  })
  onTestFinished(() => client.close())
  return client
}
