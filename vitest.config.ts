import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{spec,checker,traces,viz,cli,models,scripts}/**/*.test.ts", "*.test.ts"],
    testTimeout: 60_000,
    // Two cores: more workers only fight for them.
    maxWorkers: 2,
  },
});
