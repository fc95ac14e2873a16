import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';

import { HEALTH, type HealthReport } from '../core/health-report.ts';
import { Public } from './caller.guard.ts';
import { Described } from './openapi/described.ts';

@Controller()
@Public()
export class HealthController {
  constructor(@Inject(HEALTH) private readonly health: HealthReport) {}

  @Get('livez')
  @Described({ summary: 'Whether the process lives', answer: z.object({ live: z.boolean() }) })
  live(): object {
    return { live: true };
  }

  @Get('readyz')
  @Described({
    summary: 'Whether it can serve, and what it stands on',
    answer: z.looseObject({ ready: z.boolean() }),
    also: { 503: 'Not yet, or not now' },
  })
  ready(@Res({ passthrough: true }) reply: FastifyReply): object {
    const readiness = this.health.readiness();
    reply.status(readiness.ready ? 200 : 503);
    return readiness;
  }
}
