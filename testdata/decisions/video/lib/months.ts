export type Month = { name: string; rows: unknown[][] }

export async function months(year: number): Promise<Month[]> {
  const response = await fetch(`https://reports.example.org/${year}`)
  return response.json()
}
