// Public names of a federation: the run of one seed whose agents live apart, each in a page, tab or thread, with the digest
// of one process.

export type { Answer, Ask, AskDownload, AskPlay, AskUpload, AskWeights, Downlink } from '../run/protocol.ts'
export type { Channel } from './broadcast.ts'
export { federationName, type Member, type MemberOptions, serve, takePart } from './members.ts'
export type { MemberAnswer, MemberDownload, MemberRequest } from './messages.ts'
export { type FederationOptions, type Here, type HostOptions, host, join } from './tabs.ts'
