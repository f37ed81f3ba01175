// What every sender sends: a payload of 130 bytes.

export const topic = 'com.example.app'
export const alert = 'A message of the usual length, so that the payload has its usual 130 bytes in all.'
export const payload = { aps: { alert, sound: 'default', badge: 1 } }
export const keyId = 'SIMULATED1'
export const teamId = 'SIMULATION'
