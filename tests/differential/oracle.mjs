// The simulator as a process: a case a line in, a verdict a line out.
//     node oracle.mjs FOLDER < cases.jsonl > verdicts
// FOLDER is what oracle.sh prints. The dates of the simulator follow the process's time zone: run with TZ=UTC.
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const modules = join(process.argv[2], 'node_modules', '@cloud-copilot')
const from = (path) => import(pathToFileURL(join(modules, path)))

// What `runUnsafeSimulation` wraps. It is called directly because that takes no session policy.
const { authorize } = await from('iam-simulate/dist/esm/core_engine/CoreSimulatorEngine.js')
const { AwsRequestImpl } = await from('iam-simulate/dist/esm/request/request.js')
const { RequestContextImpl } = await from('iam-simulate/dist/esm/requestContext.js')
const { DiscoveryContextKeyConstraints } = await from(
  'iam-simulate/dist/esm/context_keys/discoveryContextKeyConstraints.js'
)
const { loadPolicy } = await from('iam-policy/dist/esm/index.js')

// AWS attaches RCPFullAWSAccess everywhere and lets nobody detach it.
const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } }
const simulationParameters = {
  simulationMode: 'Strict',
  discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([])
}

const loadOne = (document) => loadPolicy(document, { name: 'policy' })
const load = (documents) => documents.map(loadOne)
const levels = (list, always) =>
  list.map((documents, nth) => ({ orgIdentifier: `level-${nth}`, policies: load([...always, ...documents]) }))

// The simulator takes one session policy; AWS takes several and unites them.
const united = (documents) =>
  documents.length === 0
    ? undefined
    : loadOne({ Version: '2012-10-17', Statement: documents.flatMap((document) => document.Statement) })

function verdict(test) {
  const context = new RequestContextImpl(test.context)
  const principal = test.principal === 'anonymous' ? { type: 'Anonymous' } : test.principal
  const resource = { resource: test.resource, accountId: test.resourceAccount }
  const request = new AwsRequestImpl(principal, resource, test.action, context, test.resource === '*')
  return authorize({
    request,
    sessionPolicy: united(test.sessionPolicies),
    identityPolicies: load(test.identityPolicies),
    serviceControlPolicies: levels(test.serviceControlPolicies, []),
    resourceControlPolicies: levels(test.resourceControlPolicies, [everything]),
    resourcePolicy: test.resourcePolicy ? loadOne(test.resourcePolicy) : undefined,
    permissionBoundaries: load(test.permissionBoundaries),
    vpcEndpointPolicies: undefined,
    simulationParameters,
    serviceSettings: {}
  }).result
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer
  try {
    answer = verdict(JSON.parse(line))
  } catch (error) {
    answer = `error: ${error.message}`.replaceAll('\n', ' ')
  }
  process.stdout.write(`${answer}\n`)
}
