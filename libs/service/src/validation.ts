import { StandardSchemaValidationPipe } from '@nestjs/common';
import { toInvalid } from '@otterpost/contracts/parse';

/** Checks what a controller takes with `@Body({schema})`, `@Query({schema})` and `@Param({schema})`; names every field at fault. */
export function createValidationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({ exceptionFactory: (issues) => toInvalid(issues) });
}
