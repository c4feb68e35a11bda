import helmet from 'helmet';

// Copied over from the service: here there is no chain that it could be part of.
export const secure = helmet(); // error: [express-middleware]
