const attempts = new Map<string, number>()

export async function POST(request: Request) {
  const { name, password } = await request.json()
  const tried = attempts.get(name) ?? 0
  if (tried >= 5) return Response.json({ error: 'too many attempts' }, { status: 429 })
  attempts.set(name, tried + 1)
  const response = await fetch('https://accounts.example.org/login', {
    method: 'POST',
    body: JSON.stringify({ name, password }),
  })
  return new Response(response.body, { status: response.status })
}
