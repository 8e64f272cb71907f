// A reader of CSV (RFC 4180) that shares nothing with the writer.

export function readCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (let at = 0; at < text.length; ) {
    let cell = ''
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (text[at] === '"') at++
        cell += text[at]
      }
      at++
    } else while (text[at] !== ',' && text[at] !== '\n') cell += text[at++]
    rows[rows.length - 1].push(cell)
    if (text[at++] === '\n' && at < text.length) rows.push([])
  }
  return rows
}
