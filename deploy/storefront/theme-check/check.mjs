// Checks the theme app extension with the rules of Shopify. It needs no account.
import { themeCheckRun } from '@shopify/theme-check-node';
import { fileURLToPath } from 'node:url';

const extension = fileURLToPath(new URL('../extensions/wearon-try-on', import.meta.url));
const { theme, offenses } = await themeCheckRun(extension, fileURLToPath(new URL('theme-check.yml', import.meta.url)));
for (const { check, message, uri, start } of offenses) console.log(`${uri}:${start.line + 1} ${check}: ${message}`);
console.log(`${theme.length} files, ${offenses.length} offenses`);
process.exit(theme.length === 0 || offenses.length > 0 ? 1 : 0);
