export async function products() {
  const response = await fetch('https://catalog.example.org/products')
  return response.json()
}
