/**
 * Tests stand beside their source. The root holds those about the whole repository; `models` have
 * theirs beside the specifications that they guard.
 */
import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    include: [
      "{spec,checker,engine,traces,viz,cli,models,bench,scripts}/**/*.test.ts",
      "*.test.ts",
    ],
    setupFiles: ["scripts/seed-tests.ts"],
    testTimeout: 60_000,
    // Two cores: more workers only fight for them.
    maxWorkers: 2,
  },
});

export default config;
