import { BASE_VARIABLES, Variables } from '@otterpost/service/variables';

export const SERVICE = 'gateway';

export const VARIABLES = Variables.pick({
  ...BASE_VARIABLES,
  OTTERPOST_DATABASE_URL: true,
  OTTERPOST_HTTP_HOST: true,
  OTTERPOST_HTTP_PORT: true,
  OTTERPOST_GRPC_PORT: true,
  OTTERPOST_ADMIN_KEY: true,
  OTTERPOST_REQUESTS_PER_SECOND: true,
  OTTERPOST_HELD_PER_KEY: true,
  OTTERPOST_HELD_TOTAL: true,
  OTTERPOST_CODE_RETENTION_MINUTES: true,
});
