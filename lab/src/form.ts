// Inputs that are made from the fields of the library, the only place where names, ranges, docs and defaults are
// written.

import { type Config, defaults, type Environment, environments, methods } from './core.ts'
import { impliedBy } from './implied.ts'
import { type Choice, fieldOf, mainNames, type Name, otherNames } from './settings.ts'

type Input = HTMLInputElement | HTMLSelectElement

/** The choice of an environment from a file. No environment has this name, since a name holds no space. */
const OWN = 'own file'

const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

function labelled(text: string, title: string, input: Input, name: string): HTMLLabelElement {
  const label = document.createElement('label')
  const span = document.createElement('span')
  span.textContent = text
  input.name = name
  input.title = title
  label.append(span, input)
  return label
}

function select(options: readonly (readonly [value: string, text: string])[]): HTMLSelectElement {
  const element = document.createElement('select')
  element.append(...options.map(([value, text]) => new Option(text, value)))
  return element
}

function inputOf(name: Name): Input {
  if (name === 'env') return select([...environments.map((env) => [env.name, env.name] as const), [OWN, 'own file...']])
  const { options: choices, range } = fieldOf(name)
  const empty = mainNames.includes(name) ? [] : [['', ''] as const]
  if (choices) return select([...empty, ...choices.map((value) => [value, value] as const)])
  const input = document.createElement('input')
  if (range) {
    input.type = 'number'
    input.min = String(range.min)
    input.max = String(range.max)
    input.step = range.isInteger ? '1' : 'any'
  }
  return input
}

/** The input of the file, and what a visitor should know before picking one. */
function makeFile() {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = '.js,.mjs'
  // A file that was edited is picked again under its name, which a browser would not take for a change.
  input.addEventListener('click', () => {
    input.value = ''
  })
  const what = 'an ES module whose default export is an environment, such as examples/catch.js'
  const label = labelled('File of the environment', what, input, 'file')
  const note = document.createElement('p')
  note.className = 'note wide'
  note.textContent =
    'The file stays in this browser: it is sent nowhere, and no link holds it. With one agent per tab, pick the same file in every tab.'
  return { input, label, note }
}

export interface Form {
  readonly read: () => Choice
  readonly write: (choice: Choice) => void
}

/** What the form needs of the page. */
export interface Page {
  /** called after every change that is made by hand */
  readonly onChange: () => void
  /** called with the file that was picked */
  readonly onFile: (file: File) => void
  /** the environment of that name; undefined where it is not at hand */
  readonly environmentNamed: (name: string) => Environment | undefined
}

/** Fills the two groups of fields of the form. */
export function makeForm(form: HTMLFormElement, main: Element, rest: Element, page: Page): Form {
  const all = Object.entries(methods).map(([name, { doc }]) => [name, `${name} - ${doc}`] as const)
  const method = select(all)
  const against = select([...all, ['', 'none - only one run']])
  main.append(
    labelled('Method', 'what the agents exchange', method, 'method'),
    labelled('Compared with', 'another method with the same seed', against, 'against'),
  )
  const apart = document.createElement('input')
  apart.type = 'checkbox'
  const file = makeFile()
  const inputs = new Map<Name, Input>()
  for (const name of [...mainNames, ...otherNames]) {
    const { doc, alias, expects } = fieldOf(name)
    const input = inputOf(name)
    inputs.set(name, input)
    const text = alias ? `${words(name)}, ${alias}` : words(name)
    const label = labelled(name === 'env' ? doc : text, `${doc}: ${expects}`, input, name)
    if (mainNames.includes(name)) main.append(label)
    else rest.append(label)
    if (name === 'env') main.append(file.label)
  }

  const apartLabel = labelled('One agent per tab', 'open this address in one tab for each agent', apart, 'tabs')
  apartLabel.className = 'check'
  main.append(apartLabel, file.note)

  /** the name of the environment that comes from a file; empty before one was picked */
  let ownName = ''
  const envInput = inputs.get('env')!
  const envName = () => (envInput.value === OWN ? ownName : envInput.value)

  /** the config without the fields that were given: the preset and the environment imply values of all others */
  let implied = defaults
  const standard = (name: Name) => {
    const from = name === 'env' || name === 'preset' ? defaults : implied
    return fieldOf(name).show(from[name])
  }

  const imply = () => {
    const preset = inputs.get('preset')!.value || defaults.preset
    implied = impliedBy(preset as Config['preset'], page.environmentNamed(envName()))
  }
  /** Shows what the other fields stand for when they are empty, and asks for a file where one is wanted. */
  const showImplied = () => {
    file.label.hidden = file.note.hidden = envInput.value !== OWN
    for (const name of otherNames) {
      const input = inputs.get(name)!
      const text = standard(name)
      if (input instanceof HTMLInputElement) input.placeholder = text
      else input.options[0].text = `${text} (default)`
    }
  }

  const read = () => {
    // An input that holds no number has an empty value, which must not be taken for the default.
    const textOf = (name: Name, input: Input) => {
      if (name === 'env') return envName()
      return input.validity.badInput ? 'no number' : input.value.trim()
    }
    const texts = [...inputs].map(([name, input]) => [name, textOf(name, input)] as const)
    const isGiven = (name: Name, text: string) => {
      if (name === 'env') return text !== standard(name)
      return text && !(mainNames.includes(name) && text === standard(name))
    }
    const given = texts.filter(([name, text]) => isGiven(name, text))
    return { given: Object.fromEntries(given), method: method.value, against: against.value, isApart: apart.checked }
  }
  const write = (choice: Choice) => {
    method.value = choice.method
    against.value = choice.against
    apart.checked = choice.isApart
    const { env = defaults.env } = choice.given
    const isListed = environments.some(({ name }) => name === env)
    if (!isListed) ownName = env
    envInput.value = isListed ? env : OWN
    inputs.get('preset')!.value = choice.given.preset ?? defaults.preset
    imply()
    for (const [name, input] of inputs) {
      if (name === 'env' || name === 'preset') continue
      input.value = choice.given[name] ?? (mainNames.includes(name) ? standard(name) : '')
    }
    showImplied()
  }
  form.addEventListener('change', ({ target }) => {
    if (target === file.input) {
      const [picked] = file.input.files ?? []
      if (picked) page.onFile(picked)
      return
    }
    // What was not given follows the environment and the preset.
    const free = mainNames.filter((name) => name !== 'env' && inputs.get(name)!.value === standard(name))
    imply()
    for (const name of free) inputs.get(name)!.value = standard(name)
    showImplied()
    page.onChange()
  })
  form.addEventListener('submit', (event) => event.preventDefault())
  return { read, write }
}
