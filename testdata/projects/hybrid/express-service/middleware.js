module.exports = (req, res, next) => {
  res.setHeader('x-service', 'express');
  next();
};
