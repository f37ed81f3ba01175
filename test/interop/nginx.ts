import { mkdirSync, writeFileSync } from 'node:fs'
import { type InteropServer, readLog } from './interop-server.js'
import { makeServerFolder, type ServerFolder } from './server-folder.js'
import { startServerProcess } from './server-process.js'

/** Parts of nginx's configuration, in its own words. */
export interface NginxConfiguration {
  /** Directives of the `server` block. */
  server?: string
  /** `location` blocks that come before the one that accepts everything. */
  locations?: string
  /** Whether it speaks HTTP/2; true by default. */
  http2?: boolean
}

/** Starts nginx with one worker; it accepts every push, and says so in its access log. */
export async function startNginx(
  configure: (folder: ServerFolder) => NginxConfiguration = () => ({}),
): Promise<InteropServer> {
  const folder = makeServerFolder()
  const parts = configure(folder)
  mkdirSync(folder.file('nginx'))
  const process = await startServerProcess('nginx', (port) => {
    writeFileSync(folder.file('nginx.conf'), configuration(folder, port, parts))
    return ['-c', folder.file('nginx.conf'), '-p', folder.file('nginx'), '-e', 'stderr']
  })
  return { ...process, folder, requests: () => readLog(folder.file('nginx-access.log')) }
}

function configuration(folder: ServerFolder, port: number, parts: NginxConfiguration): string {
  const { server = '', locations = '', http2 = true } = parts
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off;
worker_processes 1;
error_log stderr warn;
pid ${folder.file('nginx/pid')};
events { worker_connections 512; }
http {
  log_format pushes '$connection $request_method $request_uri $status';
  access_log ${folder.file('nginx-access.log')} pushes;
  keepalive_requests 1000000;
  ${temporary.map((name) => `${name}_temp_path ${folder.file(`nginx/${name}`)};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port} ssl ${http2 ? 'http2' : ''};
    server_name localhost;
    ssl_certificate ${folder.certificateFile};
    ssl_certificate_key ${folder.privateKeyFile};
    ${server}
    ${locations}
    location / { add_header apns-id $http_apns_id; return 200; }
  }
}
`
}
