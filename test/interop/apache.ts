import { chmodSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type InteropServer, readLog } from './interop-server.js'
import { makeServerFolder, type ServerFolder } from './server-folder.js'
import { startServerProcess } from './server-process.js'

/** Where Debian has the modules. */
const modules = '/usr/lib/apache2/modules'

/** Starts Apache httpd; it answers every push with an empty file, and logs it. `directives` are in its own words. */
export async function startApache(directives = ''): Promise<InteropServer> {
  const folder = makeServerFolder()
  const emptyFile = folder.file('empty')
  writeFileSync(emptyFile, '')
  // Started by root, its workers are nobody.
  chmodSync(dirname(emptyFile), 0o755)
  const process = await startServerProcess('apache2', (port) => {
    writeFileSync(folder.file('apache.conf'), configuration(folder, port, emptyFile, directives))
    return ['-D', 'FOREGROUND', '-f', folder.file('apache.conf')]
  })
  return { ...process, folder, requests: () => readLog(folder.file('apache-access.log')) }
}

function configuration(folder: ServerFolder, port: number, emptyFile: string, directives: string): string {
  const names = ['mpm_event', 'authz_core', 'alias', 'ssl', 'http2']
  return `
ServerRoot ${dirname(emptyFile)}
${names.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
User nobody
Group nogroup
Listen 127.0.0.1:${port}
ServerName localhost
PidFile ${folder.file('apache.pid')}
DefaultRuntimeDir ${dirname(emptyFile)}
ErrorLog ${folder.file('apache-error.log')}
LogFormat "%{remote}p %m %U %>s" pushes
CustomLog ${folder.file('apache-access.log')} pushes
SSLEngine on
SSLCertificateFile ${folder.certificateFile}
SSLCertificateKeyFile ${folder.privateKeyFile}
Protocols h2
AliasMatch ^/3/device/ ${emptyFile}
<Location />
  Require all granted
</Location>
${directives}
`
}
