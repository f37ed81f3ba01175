// `npm start`: builds if needed, then runs the demonstration. Its options go through: `npm start -- --once`.
import { build } from './build.mjs'

try {
  build()
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
process.chdir(`${import.meta.dirname}/..`)
process.argv.splice(1, 1, `${process.cwd()}/dist/cli/main.js`, 'demo')
await import('../dist/cli/main.js')
