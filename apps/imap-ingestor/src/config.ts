import { BASE_VARIABLES, Variables } from '@otterpost/service/variables';

export const SERVICE = 'imap-ingestor';

export const VARIABLES = Variables.pick({
  ...BASE_VARIABLES,
  OTTERPOST_LOGINS_PER_SECOND: true,
  OTTERPOST_LOGINS_AT_ONCE: true,
  OTTERPOST_HAND_OVER_SECONDS: true,
  OTTERPOST_ALLOW_PRIVATE_HOSTS: true,
});
