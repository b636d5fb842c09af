import {expect, test} from 'vitest'
import {toPlanName} from '../../src/accounts/plan-name.ts'

test.each([
  [undefined, 'ChatGPT'],
  ['plus', 'ChatGPT Plus'],
  ['edu_pro', 'ChatGPT Edu Pro'],
  ['prolite', 'ChatGPT Pro Lite'],
  ['k12', 'ChatGPT K12'],
  ['ent26', 'ChatGPT Enterprise'],
  ['hc', 'ChatGPT Enterprise'],
  ['enterprise_cbp_usage_based', 'ChatGPT Enterprise'],
  ['self_serve_business_usage_based', 'ChatGPT Business'],
])('the plan %s is called %s', (plan, name) => {
  expect(toPlanName(plan)).toBe(name)
})
