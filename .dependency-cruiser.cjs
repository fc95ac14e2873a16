/** Who may import whom (docs/principles.md, CONTRIBUTING.md). One planted offence a rule lies in tools/fixtures/forbidden. */
const SPEC = '\\.spec\\.ts$|/test/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', comment: 'Nothing imports itself in a circle', from: {}, to: { circular: true } },
    {
      name: 'no-app-imports-app',
      severity: 'error',
      comment: 'Apps meet on the bus, never in code',
      from: { path: '(^|/)apps/([^/]+)/' },
      to: { path: '(^|/)apps/', pathNot: '(^|/)apps/$2/' },
    },
    {
      name: 'no-lib-imports-app',
      severity: 'error',
      comment: 'apps → libs',
      from: { path: '(^|/)libs/' },
      to: { path: '(^|/)apps/' },
    },
    {
      name: 'contracts-stand-alone',
      severity: 'error',
      comment: 'contracts knows zod only, and runs in a browser',
      from: { path: '(^|/)libs/contracts/src/', pathNot: SPEC },
      to: { pathNot: '(^|/)libs/contracts/|node_modules/zod/' },
    },
    {
      name: 'libs-meet-in-contracts',
      severity: 'error',
      comment: 'A lib imports contracts and itself; what it needs of another is given to it',
      from: { path: '(^|/)libs/([^/]+)/src/', pathNot: `${SPEC}|(^|/)libs/testkit/` },
      to: { path: '(^|/)libs/', pathNot: '(^|/)libs/(contracts|$2)/' },
    },
    {
      name: 'core-knows-contracts-only',
      severity: 'error',
      comment: 'The rules are plain TypeScript: no framework, no I/O',
      from: { path: '(^|/)apps/([^/]+)/src/core/', pathNot: SPEC },
      to: { pathNot: '(^|/)apps/$2/src/core/|(^|/)libs/contracts/' },
    },
    {
      name: 'edge-never-reaches-adapters',
      severity: 'error',
      comment: 'The edge asks core; the composition root gives core its adapters',
      from: { path: '(^|/)apps/([^/]+)/src/edge/' },
      to: { path: '(^|/)apps/$2/src/adapters/' },
    },
    {
      name: 'adapters-never-reach-edge',
      severity: 'error',
      comment: 'What the world sees is no concern of an adapter',
      from: { path: '(^|/)apps/([^/]+)/src/adapters/' },
      to: { path: '(^|/)apps/$2/src/edge/' },
    },
    {
      name: 'no-barrels',
      severity: 'error',
      comment: 'A lib is entered by the doors in its package.json',
      from: {},
      to: { path: '(^|/)(apps|libs)/.+/index\\.ts$' },
    },
    {
      name: 'no-way-past-the-doors',
      severity: 'error',
      comment: 'No relative import leaves its package',
      from: { path: '(^|/)(apps|libs)/([^/]+)/' },
      to: {
        path: '(^|/)(apps|libs)/',
        pathNot: '(^|/)$2/$3/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'testkit-stays-in-tests',
      severity: 'error',
      comment: 'What is shipped stands on real servers, not on the ones of tests',
      from: { path: '(^|/)(apps|libs)/([^/]+)/src/', pathNot: `${SPEC}|(^|/)libs/testkit/` },
      to: { path: '(^|/)libs/testkit/' },
    },
    {
      name: 'one-door-to-imapflow',
      severity: 'error',
      comment: 'One file a library: imapflow',
      from: { path: '(^|/)apps/.*/src/', pathNot: '/adapters/imapflow-session\\.ts$' },
      to: { path: 'node_modules/imapflow/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|(^|/)tools/fixtures/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@otterpost/source', 'import', 'node', 'default', 'types'],
    },
  },
};
