import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import type { Caller } from '@otterpost/contracts/caller';
import { DeadLetter, DeadLetterPage, DeadLetterQuery, DeadLetterSequence } from '@otterpost/contracts/dead-letters';
import type { Page } from '@otterpost/contracts/page';

import { DEAD_LETTERS, type DeadLetters } from '../core/dead-letters.ts';
import { CalledBy, Needs } from './caller.guard.ts';
import { Described } from './openapi/described.ts';

@Controller('v1/dead-letters')
@Needs('operator')
export class DeadLettersController {
  constructor(@Inject(DEAD_LETTERS) private readonly letters: DeadLetters) {}

  @Get()
  @Described({
    summary: 'Events that no service could take, oldest first, such as mails that cannot be read',
    answer: DeadLetterPage,
  })
  list(@Query({ schema: DeadLetterQuery }) query: DeadLetterQuery): Promise<Page<DeadLetter>> {
    return this.letters.list(query);
  }

  @Post(':sequence/replay')
  @HttpCode(200)
  @Described({ summary: 'Sends a dead letter once more to the services that take such events', answer: DeadLetter })
  replay(@CalledBy() caller: Caller, @Param('sequence', { schema: DeadLetterSequence }) sequence: number): Promise<DeadLetter> {
    return this.letters.replay(caller, sequence);
  }

  @Delete(':sequence')
  @HttpCode(204)
  @Described({ summary: 'Discards a dead letter for good' })
  discard(@CalledBy() caller: Caller, @Param('sequence', { schema: DeadLetterSequence }) sequence: number): Promise<void> {
    return this.letters.discard(caller, sequence);
  }
}
