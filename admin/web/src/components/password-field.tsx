import { PasswordInput, type PasswordInputProps } from '@mantine/core'

/** A password. Unlike other inputs of the library its own says to nobody that it is at fault, and its button has no name. */
export function PasswordField(props: PasswordInputProps) {
  return (
    <PasswordInput
      visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
      aria-invalid={props.error ? true : undefined}
      {...props}
    />
  )
}
