import { expect, test } from 'vitest'
import * as api from '../../src/api/index.js'
import * as apns from '../../src/apns/index.js'
import * as main from '../../src/index.js'
import * as simulator from '../../src/simulator/index.js'

// What users import by name. A change here is a change of the contract: say so in the changelog.
test('the published names are these and no others', () => {
  expect(Object.keys(main).sort()).toMatchInlineSnapshot(`
    [
      "PushError",
      "errorCatalogue",
      "open",
    ]
  `)
  expect(Object.keys(apns).sort()).toMatchInlineSnapshot(`
    [
      "ApnsClient",
      "apnsClientDefaults",
      "checkMessage",
      "dispositionOf",
      "maxPayloadBytesFor",
      "reasonDispositions",
      "speaksAgainstDevice",
      "topicFor",
    ]
  `)
  expect(Object.keys(simulator).sort()).toMatchInlineSnapshot(`
    [
      "startSimulator",
    ]
  `)
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "authenticationModes",
      "createLogger",
      "createServer",
      "default",
      "iosNotifications",
      "restApi",
      "serverLimits",
    ]
  `)
})
