export default function Page() {
  return <h1>Clips</h1>
}
