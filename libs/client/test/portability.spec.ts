import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const SOURCE = new URL('../src/', import.meta.url);
const files = readdirSync(SOURCE).filter((name) => name.endsWith('.ts'));

describe('the client outside its command line', () => {
  it.each(files)('needs nothing at run time but the runtime itself: %s', (name) => {
    const imports = readFileSync(new URL(name, SOURCE), 'utf8').match(/^(import|export)[^;]*? from '[^']+'/gms) ?? [];
    const needed = imports.filter((line) => !/^(import|export) type /.test(line)).map((line) => line.replace(/^.* from /s, ''));
    expect(needed.filter((from) => !from.startsWith("'./"))).toEqual([]);
  });
});
