const mongoose = require('mongoose');

const cached = (global.mongoose = global.mongoose || { conn: null, promise: null });

async function dbConnect() {
  if (cached.conn) {
    return cached.conn;
  }
  if (!cached.promise) {
    cached.promise = mongoose.connect(process.env.MONGODB_URI, { bufferCommands: false });
  }
  cached.conn = await cached.promise;
  return cached.conn;
}

module.exports = dbConnect;
