export { GET } from '../../files/[...slug]/route';
