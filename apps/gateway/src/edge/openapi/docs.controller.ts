import { Controller, Get, Header, Inject } from '@nestjs/common';

import { Public } from '../caller.guard.ts';
import { Described } from './described.ts';
import { DOCS_STYLE } from './docs-page.ts';

export const API_DOCS = Symbol('ApiDocs');

export interface ApiDocs {
  readonly description: object;
  readonly page: string;
}

@Controller()
@Public()
export class DocsController {
  constructor(@Inject(API_DOCS) private readonly docs: ApiDocs) {}

  @Get('openapi.json')
  @Described({ summary: 'This description', type: 'application/json' })
  description(): object {
    return this.docs.description;
  }

  @Get('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  @Described({ summary: 'A page that tells of the API', type: 'text/html' })
  page(): string {
    return this.docs.page;
  }

  @Get('docs.css')
  @Header('content-type', 'text/css; charset=utf-8')
  @Described({ summary: 'How that page looks', type: 'text/css' })
  style(): string {
    return DOCS_STYLE;
  }
}
