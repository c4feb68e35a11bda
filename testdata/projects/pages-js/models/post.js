const mongoose = require('mongoose');

const PostSchema = new mongoose.Schema({ title: { type: String, required: true } });

module.exports = mongoose.models.Post || mongoose.model('Post', PostSchema);
