import { Command } from 'commander'

interface Options {
  once?: boolean
  data: string
}

/** `demo`: what `npm start` runs. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('show the main job: simulator, server, 1,000 devices, one push; serves until Ctrl-C')
    .option('--once', 'end after the summary')
    .option('--data <folder>', 'where its database and the files of its simulator are kept', 'data')
    .action(async ({ once = false, data }: Options) => {
      const { runDemo } = await import('../demo/demo.js')
      await runDemo({ once, folder: data })
    })
}
