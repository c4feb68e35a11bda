import express from 'express'

const app = express()

app.get('/orders', (_request, response) => response.json([]))

app.listen(process.env.PORT ?? 4000)
