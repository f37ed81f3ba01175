import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where the server serves it, see src/admin/. */
const base = '/admin/'

export default defineConfig({
  base,
  plugins: [react()],
  // The server puts one of its own in its place with every answer (Content-Security-Policy).
  html: { cspNonce: '__NONCE__' },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    // No file may be inlined: the policy allows no data: URLs but for pictures.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
  server: {
    // `npx vite` beside a running server, for who works on the pages.
    proxy: { '/api': 'http://127.0.0.1:8000', '/healthz': 'http://127.0.0.1:8000' },
  },
})
