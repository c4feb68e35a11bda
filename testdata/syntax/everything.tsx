'use server';
import type { T } from './types';
import def, { a as b, type U } from 'pkg';
import * as ns from '../ns';
import './side-effect';
export * from './star';
export * as star from './star';
export { x as y, default } from './x';

enum Color { Red, Green = 'g' }
namespace N { export const inner = 1; }
declare global { interface Window { w: number } }
abstract class Base<P> { abstract m(): void; static s = new Map<string, number>(); static { Base.s.set('a', 1); } }
export class Service extends Base<string> {
  #secret = 1;
  public field: T | null = null;
  private static instance?: Service;
  constructor(private readonly db: U, protected name = 'x') { super(); }
  m() { return this.#secret++; }
  get value() { return this.field; }
  set value(v) { this.field = v; }
  static getInstance() { return (Service.instance ??= new Service(def as never)); }
  handler = async (req: Request) => this.db;
  *gen() { yield 1; yield* this.gen(); }
  [Symbol.iterator]() { return this.gen(); }
}
export const { GET, POST = def } = ns.handlers ?? {};
let counter = 0, [first, , ...others] = [1, 2, 3];
export default async function handler({ body: { id = 1, ...rest } }: any, ...args: unknown[]) {
  label: for (let i = 0; i < 10; i++) { if (i === 3) continue label; else break; }
  for (const k in rest) delete (rest as any)[k];
  for await (const chunk of ns.stream()) { counter += chunk.length; }
  while (counter < 5) counter++;
  do { counter--; } while (counter > 0);
  switch (id) { case 1: { return null; } case 2: ns.two(); break; default: throw new Error(`bad ${id}`); }
  try { await Promise.all(args.map(async (a) => b(a))); } catch ({ message }) { console.error(message); } finally { ns.done?.(); }
  ({ a: counter, ...others } = { a: 1 } as any);
  [first, counter] = [counter, first!];
  const o = { id, ['computed' + id]: 1, method() { return this; }, get g() { return 1; }, ...rest, 'quoted-key': /re(gex)?/g };
  const tagged = ns.sql<T[]>`select ${id} from t`;
  const lazy = () => import('./lazy'), req = require('cjs');
  const big = 10n ** 2n, neg = -1, t = typeof o, v = void 0, seq = (1, 2, o), cond = id ? o : tagged;
  counter ||= 1; counter &&= 2; rest.x ??= 3;
  using resource = ns.open();
  new.target; import.meta.url;
  return <ns.Page {...rest} title="x" render={() => <b>{String(cond)}</b>}><>text {seq as any}<def.Inner a={<i />} /></></ns.Page>;
}
