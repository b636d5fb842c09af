/**
 * The plugin's `manifest.json`, read the way the host reads it.
 *
 * @module
 */
import {readFileSync} from 'node:fs'
import path from 'node:path'
import * as z from 'zod'

const pluginType = z.enum([
  'tool',
  'ui',
  'theme',
  'provider',
  'transform',
  'integration',
  'composite',
])

const manifestSchema = z.object({
  id: z.string().regex(/^[@a-z0-9-_./]+$/i),
  name: z.string(),
  description: z.string(),
  version: z.string().regex(/^\d+\.\d+\.\d+/),
  author: z.union([
    z.string(),
    z.object({name: z.string(), email: z.string().optional(), url: z.string().optional()}),
  ]),
  main: z.string(),
  engines: z.object({alma: z.string(), node: z.string().optional()}),
  type: z.union([pluginType, z.array(pluginType)]),
  permissions: z.array(z.string()).default([]),
  activationEvents: z.array(z.string()).optional(),
  contributes: z
    .object({
      providers: z
        .array(
          z.object({
            id: z.string(),
            name: z.string(),
            icon: z.string().optional(),
            authType: z.enum(['api-key', 'oauth', 'none']).optional(),
          }),
        )
        .default([]),
      commands: z
        .array(z.object({id: z.string(), title: z.string(), category: z.string().optional()}))
        .default([]),
      configuration: z
        .object({
          title: z.string(),
          properties: z.record(
            z.string(),
            z.object({
              type: z.enum(['string', 'boolean', 'number']),
              default: z.unknown(),
              description: z.string(),
              enum: z.array(z.unknown()).optional(),
              minimum: z.number().optional(),
              maximum: z.number().optional(),
            }),
          ),
        })
        .optional(),
    })
    .default({providers: [], commands: []}),
  icon: z.string().optional(),
  homepage: z.string().optional(),
  repository: z.string().optional(),
  license: z.string().optional(),
  keywords: z.array(z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
})

/** A manifest that passed the host's schema. */
export type Manifest = z.infer<typeof manifestSchema>

/**
 * Reads and checks the manifest of the plugin in `folder`.
 *
 * @throws {z.ZodError} A field is missing or has a value that the host refuses.
 */
export function readManifest(folder: string): Manifest {
  const text = readFileSync(path.join(folder, 'manifest.json'), 'utf8')
  return manifestSchema.parse(JSON.parse(text))
}
