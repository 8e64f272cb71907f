// Public names of federations: the run of one seed whose agents live apart, each in a page, a tab or a thread, with the
// same digest as a run in one process.

export type { StopSignal } from '../kernel/platform.ts'
export type { Past } from '../run/frames.ts'
export type { Answer, Ask, AskDownload, AskPlay, AskUpload, AskWeights, Downlink } from '../run/protocol.ts'
export type { Channel } from './broadcast.ts'
export { type GroupPlace, type ServeOverOptions, serveOver, type TakePartOverOptions, takePartOver } from './carried.ts'
export type { Carrier, Timer } from './carrier.ts'
export { federationName, type Member, type MemberOptions, serve, takePart } from './members.ts'
export type { MemberAnswer, MemberDownload, MemberRequest } from './messages.ts'
export { type FederationOptions, type Here, type HostOptions, host, join } from './tabs.ts'
export { TurnError } from './turns.ts'
