// ESLint with the parser and the plugin that a Next.js project has; copied beside its node_modules.
import next from "@next/eslint-plugin-next";
import parser from "@typescript-eslint/parser";

export default [
  { ignores: ["**/node_modules/", "**/.next/", "**/dist/", "**/build/"] },
  {
    files: ["**/*.{js,jsx,ts,tsx,mjs,cjs,mts,cts}"],
    languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    linterOptions: { reportUnusedDisableDirectives: "off" },
    plugins: { "@next/next": next },
    rules: { ...next.configs.recommended.rules, "no-var": "error", "prefer-const": "error", eqeqeq: "error" },
  },
];
