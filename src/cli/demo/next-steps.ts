import type { Service } from '../../app/index.js'
import { loadConfig } from '../../config/index.js'
import { shellWord } from '../shell-word.js'

/** Three commands that work as printed: while the demonstration runs, or after it has ended. */
export function nextSteps(service: Service, database: string, isRunning: boolean): string[] {
  // Commands find the database by their settings; only where that is another one it has to be named.
  const named = loadConfig().database === database ? '' : ` --database ${shellWord(database)}`
  const command = (text: string) => `npx ios-notifications${named} ${text}`
  return [
    command(`device list --service ${service.id} --inactive`),
    isRunning ? command(`service check ${service.id}`) : command(`service show ${service.id}`),
    command(`push --service ${service.id} --message "Hello again"${isRunning ? '' : ' --dry-run'}`),
  ]
}
