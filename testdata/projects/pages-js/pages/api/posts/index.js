const dbConnect = require('../../../lib/db-connect');
const Post = require('../../../models/post');

module.exports = async function handler(req, res) {
  await dbConnect();
  if (req.method === 'POST') {
    return res.status(201).json(await Post.create(req.body));
  }
  res.json(await Post.find({}).limit(20));
};
