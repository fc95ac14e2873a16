import { BASE_VARIABLES, Variables } from '@otterpost/service/variables';

export const SERVICE = 'code-extractor';

export const VARIABLES = Variables.pick(BASE_VARIABLES);
