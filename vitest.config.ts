import { defineConfig } from "vitest/config";

export default defineConfig({ test: { projects: ["collector", "ui", "agents/node", "demo-services"] } });
