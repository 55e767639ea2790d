export async function judgeRecording(): Promise<never> {
  throw new Error("no judge");
}
