import { readFileSync } from 'node:fs';

const { $schema: _, jsc, ...swc } = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

/** One configuration for every package: ESM through swc, sources by the "@otterpost/source" condition, no build needed. */
export default {
  testEnvironment: 'node',
  // A machine that has other work as well takes its time with real servers.
  testTimeout: 20_000,
  reporters: ['default', '<rootDir>/tools/leak-reporter.ts'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/examples/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, jsc: { ...jsc, rewriteRelativeImportExtensions: false }, swcrc: false }] },
  testEnvironmentOptions: { customExportConditions: ['@otterpost/source', 'node', 'node-addons'] },
};
