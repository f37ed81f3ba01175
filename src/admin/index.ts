export { adminPages } from './admin-pages.js'
