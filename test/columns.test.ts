// Cells as text: columns stand under each other, and CSV reads back to its cells.

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type TextCell, toColumns, toCsvText } from '../src/results/text.ts'
import { readCsv } from './csv.ts'
import { makeStream } from './reference/philox.ts'

test('CSV reads back, whatever a cell holds', () => {
  const { word } = makeStream(3, 1)
  const letters = ['a', ',', '"', '\n', ' ', '1']
  const cell = (): TextCell => {
    const kind = word() % 4
    if (kind === 0) return null
    if (kind === 1) return word() / 2 ** 32
    return Array.from({ length: word() % 6 }, () => letters[word() % letters.length]).join('')
  }
  const rows = Array.from({ length: 200 }, () => Array.from({ length: 3 }, cell))
  assert.equal(
    readCsv(toCsvText(rows)),
    rows.map((row) => row.map((value) => String(value ?? ''))),
  )
})

test('columns are aligned left by default and right where asked, and no line ends with a space', () => {
  const rows = [
    ['name', 'count', 'note'],
    ['a', 10, 'xyz'],
    ['longer', 7, null],
  ]
  assert.is(toColumns(rows, ['count']), 'name    count  note\na          10  xyz\nlonger      7\n')
})

test.run()
