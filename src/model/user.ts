/** Someone who may use the API and the admin. */
export interface User {
  id: number
  /** 1 to 150 characters, unique, without a colon (Basic authentication splits there). */
  username: string
  email: string
  isActive: boolean
  isStaff: boolean
  isSuperuser: boolean
  createdAt: number
}
