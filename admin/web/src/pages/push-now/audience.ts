import type { Schemas } from '../../api/client'
import { conditionOf, conditionOfJson, type Group, newGroup } from './condition'

/** Whom a push goes to, as it is chosen. What is of another kind is kept, for who changes their mind. */
export interface Audience {
  kind: 'all' | 'where' | 'devices' | 'users' | 'tokens'
  where: Group
  /** The condition as JSON; null: it is put together in `where`. */
  whereJson: string | null
  devices: number[]
  users: number[]
  /** One a line. */
  tokens: string
}

type AudienceInput = Pick<Schemas['PushInput'], 'where' | 'devices' | 'users' | 'tokens'>

/** All active devices, or one that was chosen before. */
export function newAudience(device: number | undefined): Audience {
  return {
    kind: device === undefined ? 'all' : 'devices',
    ...{ where: newGroup(), whereJson: null },
    devices: device === undefined ? [] : [device],
    ...{ users: [], tokens: '' },
  }
}

/** The audience in the words of the API; undefined while it is not chosen. */
export function audienceInput(audience: Audience): AudienceInput | undefined {
  const { kind, devices, users, whereJson } = audience
  switch (kind) {
    case 'all':
      return {}
    case 'devices':
      return devices.length === 0 ? undefined : { devices }
    case 'users':
      return users.length === 0 ? undefined : { users }
    case 'tokens': {
      const tokens = tokensOf(audience).map(({ token }) => token)
      return tokens.length === 0 ? undefined : { tokens }
    }
    case 'where': {
      const where = whereJson === null ? conditionOf(audience.where) : conditionOfJson(whereJson)
      return where && { where }
    }
  }
}

/** What is missing, where it is not chosen. */
export function audienceMissing({ kind, whereJson }: Audience): string {
  if (kind === 'where' && whereJson !== null) return 'Write the condition as JSON.'
  return missing[kind]
}

const missing: Record<Audience['kind'], string> = {
  all: '',
  devices: 'Choose a device.',
  users: 'Choose a user.',
  tokens: 'Give a token.',
  where: 'Fill in every rule of the condition.',
}

/** A message about tokens as the API numbers them, by the lines in which they stand: people count from 1. */
export function tokenLines(message: string, audience: Audience): string {
  if (audience.kind !== 'tokens') return message
  return message.replaceAll(/\btokens\[(\d+)\]/g, (name, index) => {
    const found = tokensOf(audience)[Number(index)]
    return found === undefined ? name : `line ${found.line}`
  })
}

/** Tokens with the number of their line; empty lines count, and are none. */
function tokensOf({ tokens }: Audience): { token: string; line: number }[] {
  return tokens
    .split('\n')
    .flatMap((line, index) => line.split(/[,;]/).map((token) => ({ token, line: index + 1 })))
    .filter(({ token }) => token.trim() !== '')
}
