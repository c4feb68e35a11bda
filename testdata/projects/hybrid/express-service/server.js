const cors = require('cors');
const express = require('express');
const helmet = require('helmet');
const morgan = require('morgan');

const app = express();
app.use(helmet(), cors(), morgan('combined'));
app.get('/api/health', (req, res, next) => {
  res.json({ ok: true });
  next();
});
app.listen(4000);
