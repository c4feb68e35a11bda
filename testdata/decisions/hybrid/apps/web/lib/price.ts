export async function price(symbol: string) {
  const response = await fetch(`https://prices.example.org/${symbol}`)
  return response.json()
}
