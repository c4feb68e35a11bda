export default function Page() {
  return <h1>Market</h1>
}
