// What a library's program and the test that started it say to each other: the program prints the URL that a person's
// browser has to open, and reads the URL at which that browser came back.
import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** The URL of the callback, after somebody has signed in and allowed everything. */
export async function authorize(url) {
  console.log(`authorize ${url.href}`);
  const { value } = await lines.next();
  return new URL(value);
}

/** A setting that the test gave; `undefined` where it gave none. */
export function setting(name) {
  return process.env[`INTEROP_${name}`] || undefined;
}

/** The last line: everything held. */
export function done() {
  console.log('done');
  process.exit(0);
}
