export async function send(to: string) {
  const response = await fetch('https://mail.example.com/send', { method: 'POST', body: JSON.stringify({ to }) });
  if (!response.ok) throw new Error(`mail to ${to} was refused`);
}
