import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { HEALTH, type HealthReport } from '../core/health-report.ts';
import { Public } from './caller.guard.ts';

@Controller()
@Public()
export class HealthController {
  constructor(@Inject(HEALTH) private readonly health: HealthReport) {}

  @Get('livez')
  live(): object {
    return { live: true };
  }

  @Get('readyz')
  ready(@Res({ passthrough: true }) reply: FastifyReply): object {
    const readiness = this.health.readiness();
    reply.status(readiness.ready ? 200 : 503);
    return readiness;
  }
}
