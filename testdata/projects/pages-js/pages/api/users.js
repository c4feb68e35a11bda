const prisma = require('../../lib/prisma');

module.exports = async (req, res) => {
  try {
    res.json(await prisma.user.findMany({ take: 20 }));
  } finally {
    await prisma.$disconnect(); // warning: [disconnect-shared-client]
  }
};
