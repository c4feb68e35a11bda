import { useEffect, useState } from 'react'
import { Text } from 'react-native'

const server = process.env.EXPO_PUBLIC_SERVER

export default function Home() {
  const [products, setProducts] = useState<{ name: string }[]>([])
  useEffect(() => {
    fetch(`${server}/api/v1/products`)
      .then((response) => response.json())
      .then(setProducts)
  }, [])
  return <Text>{products.map((product) => product.name).join(', ')}</Text>
}
