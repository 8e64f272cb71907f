// "Change it": every field of the config by the library's own table, the only place where names, ranges, docs and defaults
// are written. A search shows the fields whose name or sentence holds a word.

import { html, type TemplateResult } from 'lit-html'
import { type Choice, environmentNamed, fieldOf, fixedNames, type Name, names } from './choice.ts'
import type { Comparison } from './comparison.ts'
import { type Config, defaults, environments, methods } from './core.ts'
import { impliedBy } from './implied.ts'
import type { Own } from './own.ts'
import { type Given, showField } from './scenarios.ts'

/** The choice of an environment from a file. No environment has this name, since a name holds no space. */
export const OWN = 'own file'

/** The fields that are shown at once; all others are found by searching. */
const MAIN: readonly Name[] = ['agents', 'sections', 'period', 'width', 'depth', 'env', 'preset', 'seed']

export interface FormView {
  readonly choice: Choice
  readonly comparison: Comparison | null
  readonly own: Own | null
  readonly search: string
  readonly onSearch: (text: string) => void
  readonly onGive: (name: Name, text: string) => void
  readonly onMethods: (method: string, against: string) => void
  readonly onFile: (file: File) => void
}

const labelOf = (name: Name) => {
  const text = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  const { alias } = fieldOf(name)
  return alias ? `${text}, ${alias}` : text
}

/** Whether a field is looked for. */
function isFound(name: Name, search: string): boolean {
  if (!search) return MAIN.includes(name)
  const { doc } = fieldOf(name)
  return `${labelOf(name)} ${name} ${doc}`.toLowerCase().includes(search.toLowerCase())
}

/** What a field stands for where nothing is given. */
function impliedText(name: Name, given: Given, own: Own | null): string {
  if (name === 'env' || name === 'preset') return fieldOf(name).show(defaults[name])
  const preset = (given.preset ?? defaults.preset) as Config['preset']
  try {
    return fieldOf(name).show(impliedBy(preset, environmentNamed(given.env ?? defaults.env, own))[name])
  } catch {
    return ''
  }
}

function inputOf(name: Name, view: FormView): TemplateResult {
  const { choice, comparison, own, onGive } = view
  const { options, range, doc, expects } = fieldOf(name)
  const given = choice.given[name] ?? ''
  const isFixed = fixedNames(choice).includes(name)
  const first = comparison?.groups[0].config
  const used = first ? showField(first, name) : impliedText(name, choice.given, own)
  const id = `field-${name}`
  const change = (event: Event) => onGive(name, (event.target as HTMLInputElement).value.trim())
  if (isFixed) {
    const texts = comparison?.groups.map(({ config }) => showField(config, name)) ?? []
    return html`<input id=${id} name=${name} disabled .value=${[...new Set(texts)].join(', ')} title="the groups differ in it">`
  }
  const isFile =
    name === 'env' &&
    !environments.some((env) => env.name === (choice.given.env ?? defaults.env)) &&
    choice.given.env !== undefined
  const listed = name === 'env' ? [...environments.map((env) => env.name), OWN] : options
  if (listed) {
    const shown = name === 'env' ? (isFile ? OWN : used) : given
    return html`<select id=${id} name=${name} title="${doc}: ${expects}" @change=${change}>
      ${name === 'env' ? '' : html`<option value="" ?selected=${shown === ''}>${used}</option>`}
      ${listed.map((value) => html`<option value=${value} ?selected=${value === shown}>${value === OWN ? 'own file...' : value}</option>`)}
    </select>`
  }
  return html`<input id=${id} name=${name} title="${doc}: ${expects}" placeholder=${used} .value=${given}
    inputmode=${range ? (range.isInteger ? 'numeric' : 'decimal') : 'text'} autocomplete="off" @change=${change}>`
}

export function formView(view: FormView): TemplateResult {
  const { choice, search, onSearch, onMethods, onFile } = view
  const found = names.filter((name) => name !== 'method' && isFound(name, search))
  const shown = search ? found : MAIN.filter((name) => found.includes(name))
  const all = Object.entries(methods)
  const isFile = choice.given.env !== undefined && !environments.some(({ name }) => name === choice.given.env)
  const pick = (event: Event) => {
    const [file] = (event.target as HTMLInputElement).files ?? []
    if (file) onFile(file)
  }
  const methodSelect = (label: string, name: 'method' | 'against', value: string) => html`<div class="field">
    <label for="field-${name}">${label}</label>
    <select id="field-${name}" name=${name} @change=${(event: Event) => {
      const { value: to } = event.target as HTMLSelectElement
      onMethods(name === 'method' ? to : choice.method, name === 'against' ? to : choice.against)
    }}>
      ${all.map(([key, { doc }]) => html`<option value=${key} ?selected=${key === value}>${key}: ${doc}</option>`)}
      ${name === 'against' ? html`<option value="" ?selected=${value === ''}>nothing: one group</option>` : ''}
    </select></div>`
  return html`
    <div class="field search">
      <label for="search">Find a setting</label>
      <input id="search" type="search" .value=${search} placeholder="a word, such as rate, adam, mixup" autocomplete="off"
        @input=${(event: Event) => onSearch((event.target as HTMLInputElement).value)}>
    </div>
    <div class="fields">
      ${choice.scenario === null ? [methodSelect('Method', 'method', choice.method), methodSelect('Compared with', 'against', choice.against)] : ''}
      ${shown.map(
        (name) => html`<div class="field"><label for="field-${name}">${labelOf(name)}</label>${inputOf(name, view)}
        ${search ? html`<span class="doc">${fieldOf(name).doc}</span>` : ''}</div>`,
      )}
      <div class="field" ?hidden=${!isFile}>
        <label for="field-file">file of the environment</label>
        <input id="field-file" name="file" type="file" accept=".js,.mjs" title="an ES module whose default export is an environment, such as examples/catch.js"
          @change=${pick} @click=${(event: Event) => {
            // A file that was edited is picked again under its name, which a browser would not take for a change.
            ;(event.target as HTMLInputElement).value = ''
          }}>
      </div>
    </div>
    ${shown.length ? '' : html`<p>No setting has that word.</p>`}
    <p class="note" ?hidden=${!isFile}>The file stays in this browser: it is sent nowhere, and no link holds it. After a reload, pick it again.</p>`
}
