// Inputs that are made from the fields of the library, the only place where names, ranges, docs and defaults are
// written.

import { type Config, methods, resolveConfig } from './core.ts'
import { type Choice, fieldOf, mainNames, type Name, otherNames } from './settings.ts'

type Input = HTMLInputElement | HTMLSelectElement

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

export interface Form {
  readonly read: () => Choice
  readonly write: (choice: Choice) => void
}

/** Fills the two groups of fields of the form; `onChange` is called after every change that is made by hand. */
export function makeForm(form: HTMLFormElement, main: Element, rest: Element, onChange: () => void): Form {
  const all = Object.entries(methods).map(([name, { doc }]) => [name, `${name} - ${doc}`] as const)
  const method = select(all)
  const against = select([...all, ['', 'none - only one run']])
  main.append(
    labelled('Method', 'what the agents exchange', method, 'method'),
    labelled('Compared with', 'another method with the same seed', against, 'against'),
  )
  const apart = document.createElement('input')
  apart.type = 'checkbox'
  const inputs = new Map<Name, Input>()
  for (const name of [...mainNames, ...otherNames]) {
    const { doc, alias, expects } = fieldOf(name)
    const input = inputOf(name)
    inputs.set(name, input)
    const text = alias ? `${words(name)}, ${alias}` : words(name)
    const label = labelled(text, `${doc}: ${expects}`, input, name)
    if (mainNames.includes(name)) main.append(label)
    else rest.append(label)
  }

  const apartLabel = labelled('One agent per tab', 'open this address in one tab for each agent', apart, 'tabs')
  apartLabel.className = 'check'
  main.append(apartLabel)

  const standard = (name: Name) => fieldOf(name).show(fieldOf(name).default)

  /**
   * Shows in the inputs of the other fields what they stand for when they are empty: the value that the preset sets.
   */
  const showImplied = () => {
    const implied = resolveConfig({ preset: inputs.get('preset')!.value as Config['preset'] })
    for (const name of otherNames) {
      const input = inputs.get(name)!
      const text = fieldOf(name).show(implied[name])
      if (input instanceof HTMLInputElement) input.placeholder = text
      else input.options[0].text = `${text} (default)`
    }
  }

  const read = () => {
    // An input that holds no number has an empty value, which must not be taken for the default.
    const textOf = (input: Input) => (input.validity.badInput ? 'no number' : input.value.trim())
    const texts = [...inputs].map(([name, input]) => [name, textOf(input)] as const)
    const given = texts.filter(([name, text]) => text && !(mainNames.includes(name) && text === standard(name)))
    return { given: Object.fromEntries(given), method: method.value, against: against.value, isApart: apart.checked }
  }
  const write = (choice: Choice) => {
    method.value = choice.method
    against.value = choice.against
    apart.checked = choice.isApart
    for (const [name, input] of inputs) {
      input.value = choice.given[name] ?? (mainNames.includes(name) ? standard(name) : '')
    }
    showImplied()
  }
  form.addEventListener('change', () => {
    showImplied()
    onChange()
  })
  form.addEventListener('submit', (event) => event.preventDefault())
  return { read, write }
}
