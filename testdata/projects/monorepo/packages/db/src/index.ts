export { db } from './client.js';
export * from './schema.js';
