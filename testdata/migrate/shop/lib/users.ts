import names from '@/data/names.json';
import type { User } from './types';

export const greeting = process.env.SHOP_GREETING ?? 'hello';

export function userOf(id: string): User {
  return { id, name: (names as Record<string, string>)[id] ?? 'nobody', roles: id === '1' ? ['admin'] : [] };
}
