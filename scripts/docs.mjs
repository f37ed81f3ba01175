// Writes the generated parts of docs/: the commands from their definitions, the settings from their table, the REST API from its schemas.
// `--check` writes nothing, and ends with 1 where a file is not up to date.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { build } from './build.mjs'

const root = join(import.meta.dirname, '..')
build()
const { createProgram } = await import('../dist/cli/program.js')
const { open } = await import('../dist/index.js')
const { restApi } = await import('../dist/api/index.js')
const { configDefaults, settingNames, settings } = await import('../dist/config/index.js')

const cell = (text) => text.replaceAll('|', '\\|')
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')

function optionRow({ flags, description, defaultValue, argChoices, mandatory }) {
  const choices = argChoices === undefined ? '' : ` (${argChoices.join(', ')})`
  const standard = defaultValue === undefined ? '' : `; default: ${defaultValue}`
  return [`\`${flags}\``, `${description}${choices}${standard}${mandatory ? '; needed' : ''}`]
}

/** A command and the ones below it, in the order of `--help`. */
function commandSections(command, path) {
  const own = command.commands.length > 0 ? [] : [commandSection(command, path)]
  const children = command.commands.filter((child) => child.name() !== 'help')
  return [...own, ...children.flatMap((child) => commandSections(child, [...path, child.name()]))]
}

function commandSection(command, path) {
  const aliases = command.aliases().map((alias) => `\`${alias}\``)
  const help = command.createHelp()
  const usage = [...path, ...command.registeredArguments.map((it) => `<${it.name()}>`), '[options]'].join(' ')
  const rows = [
    ...command.registeredArguments.map((it) => [`\`<${it.name()}>\``, it.description]),
    ...help
      .visibleOptions(command)
      .filter((it) => it.long !== '--help')
      .map(optionRow),
  ]
  const alias = aliases.length > 0 ? ` Also called ${aliases.join(', ')}.` : ''
  const about = `${sentence(command.description())}${alias}`
  return [`### ${path.join(' ')}`, about, `\`${usage}\``, table(['Option', 'Meaning'], rows)].join('\n\n')
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`

const program = createProgram()
const globalOptions = table(
  ['Option', 'Meaning'],
  program.options.filter((it) => it.long !== '--version').map(optionRow),
)
const commands = program.commands
  .flatMap((command) => commandSections(command, [command.name()]))
  .join('\n\n')

const settingsTable = table(
  ['In the file', 'Environment variable', 'Option', 'Meaning', 'Allowed', 'Default'],
  settingNames.map((name) => {
    const { variable, flag, meaning, allowed } = settings[name]
    const standard = configDefaults[name] === undefined ? 'none' : `\`${configDefaults[name]}\``
    return [`\`${name}\``, `\`${variable}\``, `\`${flag}\``, meaning, allowed, standard]
  }),
)

/** The description of the REST API, as it answers with it. */
async function openApi() {
  const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-docs-'))
  const app = await open({ database: `sqlite:${join(folder, 'docs.sqlite')}` })
  const server = Fastify()
  try {
    server.register(restApi, { prefix: '/api', resources: app, store: app.store })
    const document = (await server.inject('/api/v1/openapi.json')).json()
    return `${JSON.stringify(document, null, 2)}\n`
  } finally {
    await server.close()
    await app.close()
    rmSync(folder, { recursive: true })
  }
}

let isUpToDate = true

function fill(file, parts) {
  let after = readFileSync(join(root, 'docs', file), 'utf8')
  for (const [name, text] of Object.entries(parts)) {
    const [start, end] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`]
    const [from, to] = [after.indexOf(start), after.indexOf(end)]
    if (from === -1 || to === -1) throw new Error(`docs/${file} has no place for ${name}`)
    after = `${after.slice(0, from + start.length)}\n\n${text}\n\n${after.slice(to)}`
  }
  write(file, after)
}

function write(file, after) {
  const path = join(root, 'docs', file)
  if (existsSync(path) && after === readFileSync(path, 'utf8')) return
  if (process.argv.includes('--check')) {
    isUpToDate = false
    console.log(`docs/${file} is not up to date: run npm run docs`)
  } else {
    writeFileSync(path, after)
  }
}

fill('command-line.md', { 'global options': globalOptions, commands })
fill('configuration.md', { settings: settingsTable })
write('openapi.json', await openApi())
process.exitCode = isUpToDate ? 0 : 1
