export { type ConfigSources, loadConfig } from './load-config.js'
export { redactConfig } from './redact-config.js'
export {
  type Config,
  configDefaults,
  defaultConfigFile,
  settingNames,
  settings,
} from './settings.js'
