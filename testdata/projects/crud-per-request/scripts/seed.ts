import { connect } from '../lib/db';

const db = connect();
db.user.create({ data: { name: 'Ada' } }).finally(() => db.$disconnect());
