// Preloaded into the command line: says at the end how much memory it has taken.
process.on('exit', () => console.log(`peakMegabytes=${Math.round(process.resourceUsage().maxRSS / 1000)}`))
