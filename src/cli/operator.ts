import { userInfo } from 'node:os'

/** Who runs the command, by the name that the operating system has for them; absent where it has none, as in some containers. */
export function operator(): { by?: string } {
  try {
    return { by: userInfo().username }
  } catch {
    return {}
  }
}
