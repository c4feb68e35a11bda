const { basename } = require('path');
const { double } = require('../../lib/common');

module.exports = function handler(req, res) {
  res.status(200).json({ four: double(2), name: basename('/a/b'), body: req.body, query: req.query });
};
