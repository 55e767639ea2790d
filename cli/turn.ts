/** Lets the event loop turn, so that an interruption of the user is seen during long work. */
export async function turn(): Promise<void> {
  await new Promise((resume) => setImmediate(resume));
}
