import {expect, test} from 'vitest'
import {rehearseCall} from '../../src/http/rehearse-call.ts'

test('asks this machine once, with nothing in it, and leaves no server behind', async () => {
  const urls: string[] = []
  const said: unknown[] = []

  await rehearseCall(async (input, init) => {
    const request = new Request(input, init)
    urls.push(request.url)
    said.push(await request.clone().text())
    const response = await fetch(request)
    said.push((await response.clone().text()).slice(0, 17))
    return response
  })

  expect(said).toEqual(['{}', '{"access_token":"'])
  expect(urls).toHaveLength(1)
  expect(urls[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  await expect(fetch(urls[0]!)).rejects.toThrow('fetch failed')
})

test('a way that leads nowhere is no matter', async () => {
  expect(await rehearseCall(async () => Promise.reject(new Error('no')))).toBeUndefined()
})
