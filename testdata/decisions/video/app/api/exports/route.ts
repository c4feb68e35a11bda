import ExcelJS from 'exceljs'

import { months } from '../../../lib/months'

export const maxDuration = 3600

export async function POST(request: Request) {
  const { year } = await request.json()
  const files: Buffer[] = []
  for (const month of await months(year)) {
    const book = new ExcelJS.Workbook()
    book.addWorksheet(month.name).addRows(month.rows)
    files.push(Buffer.from(await book.xlsx.writeBuffer()))
  }
  return Response.json({ sizes: files.map((file) => file.length) })
}
