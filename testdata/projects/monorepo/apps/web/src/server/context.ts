import { db } from '@acme/db';

export const createContext = () => ({ db });
