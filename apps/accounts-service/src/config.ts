import { BASE_VARIABLES, Variables } from '@otterpost/service/variables';

export const SERVICE = 'accounts-service';

export const VARIABLES = Variables.pick({
  ...BASE_VARIABLES,
  OTTERPOST_DATABASE_URL: true,
  OTTERPOST_ALLOW_PRIVATE_HOSTS: true,
  OTTERPOST_OAUTH2_TOKEN_URL_GOOGLE: true,
  OTTERPOST_OAUTH2_TOKEN_URL_MICROSOFT: true,
});
