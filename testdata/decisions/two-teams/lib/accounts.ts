export async function accounts() {
  const response = await fetch('https://accounts.example.org/all')
  return response.json()
}
