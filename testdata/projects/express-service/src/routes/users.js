const { Router } = require('express');

const router = Router();
const seen = new Map();
router.get('/', (req, res) => {
  seen.set(req.ip, Date.now());
  res.json([...seen.keys()]);
});
module.exports = router;
