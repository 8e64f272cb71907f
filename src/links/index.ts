// Public names of links: how long the measured exchanges of a run take over a radio link, and how much energy, on a virtual
// clock.

export { type LinkDirection, loraAirtime, loraRate, throughput } from './airtime.ts'
export { type GivenLink, type Link, type LinkWay, toLink } from './link.ts'
export { lossesOf } from './losses.ts'
export { type LinkSource, linkPresets, type PresetLink, type SourceKind } from './presets.ts'
export { type Frames, type LinkClock, type Losses, openLink, type Transfer } from './transfer.ts'
export { framesOf, type Scored, type Travelled, type TravellingRun, travel } from './travel.ts'
