/**
 * Puts a simulator together: TLS and HTTP/2 for pushes, plain HTTP for control, certificates in a folder.
 *
 * `startSimulator` opens the folder, then listens twice. Closing stops listening, says GOAWAY, gives open streams half a
 * second, cuts what is left, and removes the folder if it was a temporary one.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { errorMessage, hasErrorCode, PushError } from '../base/index.js'
import { openSimulatorFiles, type SimulatorFiles } from './certificates/simulator-files.js'
import { Connection, type SimulatorState } from './connection.js'
import { createControlServer } from './control-server.js'
import { FaultPlan } from './fault.js'
import { happenToLine, happenToSocket } from './faulty-session.js'
import { Line } from './line.js'
import { MarkedTokens } from './marked-tokens.js'
import { ProviderKeys } from './provider-keys.js'
import { ReceivedLog } from './received-log.js'
import { Script } from './script.js'
import { Simulator } from './simulator.js'
import { type SimulatorOptions, simulatorSettings } from './simulator-options.js'

/**
 * Starts a simulator and resolves when it takes pushes.
 * Rejects with `PUSH_ERR_INPUT_INVALID` for a bad option or folder, and with `PUSH_ERR_LISTEN` for a port in use.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = simulatorSettings(options)
  const temporary = settings.dir === undefined
  const dir = resolve(settings.dir ?? mkdtempSync(join(tmpdir(), 'ios-notifications-simulator-')))
  const removeFolder = () => {
    if (temporary) rmSync(dir, { recursive: true, force: true })
  }
  try {
    const files = openSimulatorFiles(dir, settings.certificateHosts)
    const state: SimulatorState = {
      settings,
      keys: new ProviderKeys(),
      marks: new MarkedTokens(),
      script: new Script(),
      faults: new FaultPlan(),
      connections: new Set(),
      log: new ReceivedLog(settings.receivedLimit),
    }
    state.keys.add(files.p8, settings.keyId, settings.teamId, settings.topics)
    const pushes = await servePushes(state, files)
    // The control server answers for the simulator, which needs the control server's port.
    const control = createControlServer(() => simulator)
    const shutDown = async () => {
      control.closeAllConnections()
      await Promise.all([pushes.close(), closed(control)])
      removeFolder()
    }
    const controlPort = await listen(control, 'controlPort', settings.controlPort, '127.0.0.1').catch(
      async (error: unknown) => {
        await pushes.close()
        throw error
      },
    )
    const simulator = new Simulator({ state, files, dir, port: pushes.port, controlPort, shutDown })
    return simulator
  } catch (error) {
    removeFolder()
    throw error
  }
}

/** Listens for pushes. */
async function servePushes(state: SimulatorState, files: SimulatorFiles) {
  const { settings, faults, connections, log } = state
  const tls = createTlsServer({
    key: files.server.privateKey,
    cert: files.server.certificate,
    // A client certificate is asked for and judged later, so that the sender gets Apple's reason for a bad one.
    ca: files.authority.certificate,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['h2'],
  })
  /** By address and port of the other side: how a TLS socket finds what is below it. */
  const sockets = new Map<string, Socket>()
  let number = 0
  const server = createServer((socket) => {
    const { remoteAddress, remotePort } = socket
    const from = `${remoteAddress} ${remotePort}`
    sockets.set(from, socket)
    socket.once('close', () => sockets.delete(from))
    const fault = faults.ofConnection('accept')
    if (fault === undefined) {
      tls.emit('connection', socket)
      return
    }
    log.faultHappened(fault.kind)
    happenToSocket(fault, socket)
  })
  tls.on('secureConnection', (socket: TLSSocket) => {
    const tcp = sockets.get(`${socket.remoteAddress} ${socket.remotePort}`)
    if (socket.destroyed || tcp === undefined) return
    const line = new Line(socket, tcp)
    log.connectionOpened()
    socket.once('close', () => log.connectionClosed())
    const fault = faults.ofConnection('secure')
    if (fault !== undefined) {
      log.faultHappened(fault.kind)
      happenToLine(fault, line)
      return
    }
    number += 1
    const connection = new Connection(number, line, state)
    connections.add(connection)
    socket.once('close', () => connections.delete(connection))
  })
  const port = await listen(server, 'port', settings.port, settings.host)
  const close = async () => {
    const stopped = closed(server)
    await Promise.all([...connections].map((connection) => connection.close()))
    for (const socket of sockets.values()) socket.destroy()
    await stopped
  }
  return { port, close }
}

/** Resolves with the port. */
async function listen(
  server: Server | HttpServer,
  field: string,
  port: number,
  host: string,
): Promise<number> {
  try {
    await new Promise<void>((resolveListening, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => {
        server.off('error', reject)
        resolveListening()
      })
    })
  } catch (error) {
    const why = hasErrorCode(error, 'EADDRINUSE') ? 'it is in use' : errorMessage(error)
    const message = `${field}: the simulator cannot listen on ${host}, port ${port}: ${why}`
    throw new PushError('PUSH_ERR_LISTEN', message, { field, cause: error })
  }
  return (server.address() as AddressInfo).port
}

function closed(server: Server | HttpServer): Promise<void> {
  return new Promise((done) => server.close(() => done()))
}
