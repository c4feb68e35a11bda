const mysql = require('mysql2/promise');

async function query(sql, values) {
  const db = await mysql.createConnection(process.env.MYSQL_URL); // error: [per-request-client]
  const [rows] = await db.execute(sql, values);
  return rows;
}

module.exports = async (req, res) => {
  res.json(await query('select sku, n from stock where sku = ?', [req.query.sku]));
};
