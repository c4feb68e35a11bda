const cors = require('cors');
const express = require('express');
const { rateLimit } = require('express-rate-limit');
const helmet = require('helmet');
const { requireToken } = require('./middleware');
const users = require('./routes/users');

const app = express();
app.use(helmet());
app.use(cors({ origin: 'https://example.com' }));
app.use(express.json());
app.use(rateLimit({ windowMs: 60_000, limit: 100 }));
app.use('/api/users', requireToken, users);
app.listen(process.env.PORT ?? 4000);
