import WebSocket from 'ws';

/** Asks once, and hangs up. */
export function currentRate(pair: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://rates.example.com/${pair}`);
    socket.once('message', (data) => {
      resolve(Number(data.toString()));
      socket.close();
    });
    socket.once('error', reject);
  });
}
