export const first = () => ({ ok: true });
