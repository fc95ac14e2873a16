import { FAILURES } from '@otterpost/contracts/failures';

import type { Route } from './read-routes.ts';

/** A page for people: every route with what it needs and answers, every failure. No script, and nothing from elsewhere. */
export function docsPage(routes: readonly Route[], version: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Otterpost API</title><link rel="stylesheet" href="/docs.css"></head><body>
<h1>Otterpost API ${toHtml(version)}</h1>
<p>The whole description, for programs: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).
Send your key with every request: <code>Authorization: Bearer ott_…</code>. Each failure is a problem object (RFC 9457).</p>
<h2>Routes</h2>
<table><thead><tr><th>Method</th><th>Path</th><th>What it does</th><th>Scope</th></tr></thead><tbody>
${routes.map(toRow).join('\n')}
</tbody></table>
<h2>Failures</h2>
<dl>
${Object.entries(FAILURES)
  .map(([code, { status, title }]) => `<dt id="${code}"><code>${code}</code> (${status})</dt><dd>${toHtml(title)}</dd>`)
  .join('\n')}
</dl></body></html>
`;
}

export const DOCS_STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f23;background:#fff}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d0d7de;vertical-align:top}
code{font-family:ui-monospace,monospace}dt{margin-top:.6rem}dt:target{background:#fff8c5}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,td{border-color:#30363d}dt:target{background:#3b2e00}a{color:#58a6ff}}
`;

function toRow({ method, path, description, scope, name }: Route): string {
  const summary = toHtml(description?.summary ?? name);
  return `<tr id="${toHtml(name)}"><td><code>${method.toUpperCase()}</code></td><td><code>${toHtml(path)}</code></td><td>${summary}</td><td>${scope ?? 'none'}</td></tr>`;
}

function toHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
