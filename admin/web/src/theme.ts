import { type CSSVariablesResolver, createTheme, darken, type MantineTheme, Modal } from '@mantine/core'

/** Shades that keep a contrast of 4.5 to 1 with text, in light and in dark. */
export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  defaultRadius: 'md',
  respectReducedMotion: true,
  components: { Modal: Modal.extend({ styles: { title: { fontWeight: 600 } } }) },
})

/** Where Mantine's own colours of text are too light, or in dark too dark, to be read by everybody. */
export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': '#6c757d',
    '--mantine-color-error': darken(colors.red[9], 0.1),
    // Links stand on chosen rows of tables, too.
    '--mantine-color-anchor': darken(colors.blue[9], 0.1),
    ...darkerTexts(colors),
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-placeholder': '#999999',
    // The colour of `unsent` is to be seen on a dark page.
    '--mantine-color-gray-filled': colors.gray[6],
    '--mantine-color-error': colors.red[4],
  },
})

function darkerTexts(colors: MantineTheme['colors']): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [name, shades] of Object.entries(colors)) {
    const text = darken(shades[9], 0.3)
    texts[`--mantine-color-${name}-text`] = text
    texts[`--mantine-color-${name}-light-color`] = text
  }
  return texts
}
