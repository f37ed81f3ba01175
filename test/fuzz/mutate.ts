import type { Random } from './random.js'

/** Longer inputs say nothing that shorter ones do not. */
const MAX_INPUT_BYTES = 4096

/** Changes an input: `others` are inputs to take parts from. */
export type Mutation = (input: Buffer, random: Random, others: readonly Buffer[]) => Buffer

const bytesOfInterest = [0x00, 0x01, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0x88, 0xbe, 0xff]
const wordsOfInterest = [0, 1, 0x4000, 0x4001, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]

const anywhere: readonly Mutation[] = [
  function flipBit(input, random) {
    if (input.length > 0) input[random.below(input.length)]! ^= 1 << random.below(8)
    return input
  },
  function setByte(input, random) {
    if (input.length > 0) input[random.below(input.length)] = random.pick(bytesOfInterest)
    return input
  },
  function setAnyByte(input, random) {
    if (input.length > 0) input[random.below(input.length)] = random.below(256)
    return input
  },
  function setWord(input, random) {
    if (input.length >= 4) input.writeUInt32BE(random.pick(wordsOfInterest), random.below(input.length - 3))
    return input
  },
  function cutOut(input, random) {
    const from = random.below(input.length + 1)
    return Buffer.concat([input.subarray(0, from), input.subarray(from + 1 + random.below(16))])
  },
  function cutOff(input, random) {
    return input.subarray(0, random.below(input.length + 1))
  },
  function insert(input, random) {
    const at = random.below(input.length + 1)
    const bytes = Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256)))
    return Buffer.concat([input.subarray(0, at), bytes, input.subarray(at)])
  },
  function repeat(input, random) {
    const from = random.below(input.length + 1)
    const part = input.subarray(from, from + 1 + random.below(64))
    const times = 1 + random.below(random.below(8) === 0 ? 200 : 3)
    return Buffer.concat([input.subarray(0, from), ...Array<Buffer>(times).fill(part), input.subarray(from)])
  },
  function splice(input, random, others) {
    const other = random.pick(others)
    return Buffer.concat([
      input.subarray(0, random.below(input.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ])
  },
]

/** Changes an input in one to eight places. */
export const mutateBytes: Mutation = (input, random, others) => {
  let output: Buffer = Buffer.from(input)
  for (let times = 1 + random.below(random.below(4) === 0 ? 8 : 2); times > 0; times--)
    output = random.pick(anywhere)(output, random, others)
  return output.subarray(0, MAX_INPUT_BYTES)
}

/** The same for inputs of HTTP/2 frames behind `headBytes` other bytes: mostly it keeps the frames whole. */
export function mutateFrames(headBytes: number): Mutation {
  return (input, random, others) => {
    if (random.below(4) === 0) return mutateBytes(input, random, others)
    const head = Buffer.from(input.subarray(0, headBytes))
    if (head.length > 0 && random.below(4) === 0) head[random.below(head.length)] = random.below(256)
    const frames = split(input.subarray(headBytes))
    for (let times = 1 + random.below(3); times > 0; times--) mutateList(frames, random, headBytes, others)
    return Buffer.concat([head, ...frames]).subarray(0, MAX_INPUT_BYTES)
  }
}

function mutateList(frames: Buffer[], random: Random, headBytes: number, others: readonly Buffer[]): void {
  const at = random.below(frames.length + 1)
  const chosen = frames[at]
  switch (random.below(7)) {
    case 0:
      frames.splice(at, 0, anyFrame(random))
      break
    case 1:
      frames.splice(at, 1)
      break
    case 2: {
      const part = random.pick(split(random.pick(others).subarray(headBytes)))
      if (part !== undefined) frames.splice(at, 0, part)
      break
    }
    case 3:
      if (chosen !== undefined) frames.splice(random.below(frames.length + 1), 0, Buffer.from(chosen))
      break
    case 4:
      if (chosen !== undefined) frames[at] = withStream(chosen, random)
      break
    case 5:
      if (chosen !== undefined) frames[at] = withFlags(chosen, random)
      break
    default:
      if (chosen !== undefined)
        frames[at] = withPayload(chosen, mutateBytes(chosen.subarray(9), random, others))
  }
}

/** The frames of an input; what is no whole frame is the last one. */
function split(input: Buffer): Buffer[] {
  const frames: Buffer[] = []
  for (let from = 0; from < input.length; ) {
    const end = input.length - from < 9 ? input.length : from + 9 + input.readUIntBE(from, 3)
    frames.push(Buffer.from(input.subarray(from, end)))
    from = end
  }
  return frames
}

function anyFrame(random: Random): Buffer {
  const payload = Buffer.from(Array.from({ length: random.below(20) }, () => random.below(256)))
  const frame = Buffer.alloc(9 + payload.length)
  frame.writeUIntBE(payload.length, 0, 3)
  frame[3] = random.below(11)
  frame.set(payload, 9)
  return withStream(withFlags(frame, random), random)
}

function withStream(frame: Buffer, random: Random): Buffer {
  if (frame.length >= 9) frame.writeUInt32BE(random.below(4) === 0 ? 0 : 2 * random.below(12) + 1, 5)
  return frame
}

function withFlags(frame: Buffer, random: Random): Buffer {
  if (frame.length >= 9) frame[4] = random.pick([0, 1, 4, 5, 8, 9, 0x0d, 0x20, 0x25, 0x2d, 0xff])
  return frame
}

function withPayload(frame: Buffer, payload: Buffer): Buffer {
  const changed = Buffer.concat([frame.subarray(0, 9), payload])
  if (changed.length >= 9) changed.writeUIntBE(payload.length, 0, 3)
  return changed
}
