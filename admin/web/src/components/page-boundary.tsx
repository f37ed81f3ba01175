import { Alert, Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { lookForServer, onServerHealed } from '../api/connection'

/**
 * Keeps the menu on the screen when a page fails: when its part of the program can't be loaded, because the server is away or has another
 * version by now, or by a fault of ours. A new key is a new try; what could not be loaded takes loading the whole page anew.
 */
export class PageBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }
  #forget = () => {}

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override componentDidCatch(): void {
    void lookForServer()
  }

  override componentDidMount(): void {
    const forget = onServerHealed(() => {
      if (this.state.error !== null) location.reload()
    })
    this.#forget = () => void forget()
  }

  override componentWillUnmount(): void {
    this.#forget()
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    return (
      <Alert color="red" role="alert" title="This page could not be shown" my="sm">
        {error.message} The server may be away, or have a newer version.
        <Button mt="sm" display="block" size="xs" variant="default" onClick={() => location.reload()}>
          Load anew
        </Button>
      </Alert>
    )
  }
}
