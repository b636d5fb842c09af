import {statSync} from 'node:fs'
import type {Measurement} from './measurement.ts'

/** What a host has to read. */
export const bundleSize: Measurement = {
  name: 'Size of dist/main.js',
  target: 290_000,
  measure: async () => ({value: statSync('dist/main.js').size, unit: 'bytes'}),
}
