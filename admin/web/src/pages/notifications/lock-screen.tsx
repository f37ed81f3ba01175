import { Group, List, SegmentedControl, Stack, Text, useComputedColorScheme } from '@mantine/core'
import { useState } from 'react'
import { alertObject, isObject, type JsonObject } from './fields'
import classes from './lock-screen.module.css'

/** How a notification looks on the lock screen of an iPhone. It cuts where iOS does: title and subtitle after one line, the text after four. */
export function LockScreen({ payload, app }: { payload: JsonObject; app: string }) {
  const page = useComputedColorScheme()
  const [chosen, choose] = useState<string | null>(null)
  const scheme = chosen ?? page
  const aps = isObject(payload['aps']) ? payload['aps'] : {}
  const alert = alertObject(aps['alert'])
  const texts = {
    title: textOf(alert, 'title', 'title-loc-key'),
    subtitle: textOf(alert, 'subtitle', 'subtitle-loc-key'),
    body: textOf(alert, 'body', 'loc-key'),
  }
  const badge = typeof aps['badge'] === 'number' ? aps['badge'] : undefined
  const isShown = Object.values(texts).some((text) => text !== '')
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text fw={600}>On the lock screen</Text>
        <SegmentedControl
          size="xs"
          aria-label="Colours of the lock screen"
          value={scheme}
          onChange={choose}
          data={[
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </Group>
      <section className={classes.screen} data-scheme={scheme} aria-label="Preview of the lock screen">
        <div className={classes.clock} aria-hidden>
          9:41
        </div>
        {isShown ? (
          <div className={classes.card}>
            <div className={classes.icon}>
              <span aria-hidden>{app.slice(0, 1).toUpperCase()}</span>
              {badge !== undefined && badge > 0 && (
                <span className={classes.badge}>
                  {/* iOS shows every digit that there is. */}
                  {badge}
                </span>
              )}
            </div>
            <div className={classes.texts}>
              <div className={classes.line}>
                <span dir="auto" className={classes.one}>
                  {texts.title || app}
                </span>
                <span className={classes.now}>now</span>
              </div>
              {texts.subtitle !== '' && (
                <div dir="auto" className={classes.one}>
                  {texts.subtitle}
                </div>
              )}
              {texts.body !== '' && (
                <div dir="auto" className={classes.body}>
                  {texts.body}
                </div>
              )}
            </div>
          </div>
        ) : (
          <div className={classes.nothing}>Nothing is shown here.</div>
        )}
      </section>
      <List size="sm" spacing={2}>
        {notesOf(payload, aps, alert, isShown).map((note) => (
          <List.Item key={note}>{note}</List.Item>
        ))}
      </List>
    </Stack>
  )
}

/** A text, or the key under which the app has it. */
function textOf(alert: JsonObject, key: string, locKey: string): string {
  const name = alert[locKey]
  if (typeof name === 'string' && name !== '') {
    const args = alert[locKey.replace('-key', '-args')]
    return `“${name}”${Array.isArray(args) && args.length > 0 ? ` with ${args.join(', ')}` : ''}`
  }
  const text = alert[key]
  return typeof text === 'string' ? text : ''
}

/** What can't be seen. */
function notesOf(payload: JsonObject, aps: JsonObject, alert: JsonObject, isShown: boolean): string[] {
  const { badge, sound } = aps
  const wakes = aps['content-available'] === 1
  return [
    ...(!isShown && wakes ? ['iOS wakes the app in the background, when it likes; nobody sees that.'] : []),
    ...(isShown && wakes ? ['The app is woken as well.'] : []),
    ...(Object.keys(alert).some((key) => key.endsWith('loc-key'))
      ? ['Texts in “quotes” are keys: the app has the text for them in the language of the device.']
      : []),
    ...(badge === 0 ? ['The badge of the app goes away.'] : []),
    ...(typeof badge === 'number' && badge > 0 ? [`The badge of the app becomes ${badge}.`] : []),
    ...(typeof sound === 'string' ? [soundNote(sound)] : []),
    ...(isObject(sound) ? ['A sound with a volume of its own, or a critical one.'] : []),
    ...(isShown && sound === undefined ? ['No sound.'] : []),
    ...imageNotes(payload, aps),
    ...interruptionNotes(aps['interruption-level']),
  ]
}

function soundNote(sound: string): string {
  return sound === 'default' ? 'With the default sound.' : `With the sound ${sound}, if the app has it.`
}

function imageNotes(payload: JsonObject, aps: JsonObject): string[] {
  const image = imageOf(payload)
  if (aps['mutable-content'] === 1) {
    return [
      image === undefined
        ? 'The app’s notification service extension may change it, or add an image.'
        : `The app’s notification service extension may add the image ${image}.`,
    ]
  }
  return image === undefined
    ? []
    : [`The image ${image} is not shown without mutable-content: that is what lets the app add it.`]
}

/** The address of an image beside `aps`. There is no standard name for its key. */
function imageOf({ aps: _, ...custom }: JsonObject): string | undefined {
  for (const [key, value] of Object.entries(custom)) {
    if (isObject(value)) {
      const inner = imageOf(value)
      if (inner !== undefined) return inner
    }
    if (typeof value !== 'string' || !/^https?:\/\//.test(value)) continue
    if (/image|picture|photo|media|attachment/i.test(key) || /\.(jpe?g|png|gif|webp|heic)(\?|$)/i.test(value))
      return value
  }
  return undefined
}

function interruptionNotes(level: unknown): string[] {
  if (level === 'passive') return ['It comes quietly: no sound, and the screen stays dark.']
  if (level === 'time-sensitive')
    return ['It is shown also while the device has a Focus, if the app may do that.']
  if (level === 'critical')
    return ['It sounds also on a silenced device, if Apple has allowed that to the app.']
  return []
}
