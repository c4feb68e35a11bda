import dbConnect from '../../../lib/db-connect';
import Post from '../../../models/post';

export default async function handler(req, res) {
  await dbConnect();
  res.json(await Post.findById(req.query.id));
}
