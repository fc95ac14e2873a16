import { BASE_VARIABLES, Variables } from '@otterpost/service/variables';

export const SERVICE = 'code-extractor';

export const VARIABLES = Variables.pick({
  ...BASE_VARIABLES,
  OTTERPOST_VERIFY_SIGNATURES: true,
  OTTERPOST_DNS_SERVERS: true,
  OTTERPOST_ARC_SEALERS: true,
});
