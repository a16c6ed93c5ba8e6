// Bundles the pages' scripts and styles into the module. Run by `make pages`; nothing it writes is committed.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

await build({
    absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
    entryPoints: { client: 'src/client.js', staff: 'src/staff.js' },
    outdir: '../modules/servers/puqProxmoxKVM/assets/built',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'warning',
});
