import { describe, expect, it } from '@jest/globals';
import { buildMail } from '@otterpost/testkit/mail';

import { readMail } from '../src/adapters/read-mail.ts';
import { extract, type Finding } from '../src/core/extract.ts';

const by = (style: string) => (decoy: string) => `<div style="${style}">${decoy}</div>`;
const byRule = (rule: string, attributes: string) => (decoy: string) =>
  `<style>${rule}</style><table><tr><td ${attributes}><span>${decoy}</span></td></tr></table>`;

/** Ways to put a text into a page that nobody sees. */
const TECHNIQUES: Readonly<Record<string, (decoy: string) => string>> = {
  'display: none': by('display:none'),
  'display: none, against another that is not important': by('display:none !important; display:block'),
  'visibility: hidden': by('visibility:hidden'),
  'visibility: collapse': by('visibility: collapse'),
  'opacity 0': by('opacity:0'),
  'hardly any opacity': by('opacity: .01'),
  'a filter': by('filter: opacity(0%)'),
  'content-visibility': by('content-visibility:hidden'),
  'font size 0': by('font-size:0'),
  'font size of a pixel': by('font-size:1px;line-height:1px'),
  'font size in percent': by('font-size:5%'),
  'the font shorthand': by('font: 0px/0 Arial'),
  'mso-hide': by('mso-hide:all'),
  'no height': by('max-height:0;overflow:hidden'),
  'no width': by('width:0px; overflow: hidden; white-space: nowrap'),
  'a box of a pixel': by('position:absolute;width:1px;height:1px;overflow:hidden'),
  clip: by('position:absolute;clip:rect(0, 0, 0, 0)'),
  'clip of a pixel': by('position:absolute; clip: rect(1px 1px 1px 1px)'),
  'clip-path': by('clip-path: inset(50%)'),
  'a place off the page': by('position:absolute; left:-9999px'),
  'a margin off the page': by('margin-left:-5000px'),
  'an indent off the page': by('text-indent:-9999em'),
  'a move off the page': by('transform: translateX(-9999px)'),
  'scale 0': by('transform:scale(0)'),
  'zoom 0': by('zoom:0'),
  'text of no colour': by('color:transparent'),
  'text of a colour that lets all through': by('color:rgba(0,0,0,0)'),
  'white on white': by('color:#fff'),
  'white by name': by('color:White'),
  'nearly white': by('color:#fefefe'),
  'white in hsl': by('color:hsl(0, 0%, 100%)'),
  'a colour on itself': by('background:#336699;color:#369'),
  'a colour on itself, by different names': by('background-color:rgb(0,0,0);color:#010101'),
  'a colour that its parent has': (decoy) =>
    `<table bgcolor="#0a2540"><tr><td><font color="#0a2540">${decoy}</font></td></tr></table>`,
  'right to left against its letters': by('unicode-bidi:bidi-override;direction:rtl'),
  'right to left against its letters, by a character': (decoy) => `<p>\u202e${decoy}\u202c</p>`,
  'the attribute hidden': (decoy) => `<p hidden>${decoy}</p>`,
  'aria-hidden': (decoy) => `<p aria-hidden="true">${decoy}</p>`,
  'a comment': (decoy) => `<!-- ${decoy} -->`,
  'a comment for one program': (decoy) => `<!--[if mso]><p>${decoy}</p><![endif]-->`,
  'a script': (decoy) => `<script type="text/plain">${decoy}</script>`,
  'a template': (decoy) => `<template><p>${decoy}</p></template>`,
  'a title': (decoy) => `<title>${decoy}</title>`,
  'a form field': (decoy) => `<input type="hidden" value="${decoy}"><textarea>${decoy}</textarea>`,
  'an element that is shown elsewhere': (decoy) => `<object data="x">${decoy}</object><iframe srcdoc="">${decoy}</iframe>`,
  'an alternative text': (decoy) => `<img src="x.png" alt="${decoy}">`,
  'a rule for a class': byRule('.pre { display: none }', 'class="wide pre"'),
  'a rule for an id': byRule('#pre{display:none}', 'id="pre"'),
  'a rule for an element': byRule('td span { display: none }', ''),
  'a rule for a child': byRule('td.pre > span { font-size: 0 }', 'class="pre"'),
  'a rule for an attribute': byRule('td[data-x="pre"] { display: none }', 'data-x="pre"'),
  'a rule for several': byRule('h1, td.pre.off, h2 { visibility: hidden }', 'class="off pre"'),
  'a rule that is important': byRule('.pre { display: none !important }', 'class="pre" style="display:block"'),
  'a rule for every screen': byRule('@media screen { .pre { display: none } }', 'class="pre"'),
  'a rule in a comment of old': byRule('<!-- .pre { display: none } -->', 'class="pre"'),
  'a rule beside a comment': byRule('/* } */ .pre { /* off */ display: none }', 'class="pre"'),
  'a rule that comes after': (decoy) => `<p class="pre">${decoy}</p><style>.pre{display:none}</style>`,
  'a hidden ancestor': (decoy) => `<div style="display:none"><div style="display:block;visibility:visible">${decoy}</div></div>`,
};

/** Forty sentences that would be read as codes, if they were seen. */
const SENTENCES: readonly ((code: string) => string)[] = [
  (code) => `Your verification code is ${code}`,
  (code) => `Dein Bestätigungscode lautet ${code}`,
  (code) => `Votre code de vérification est ${code}`,
  (code) => `認証コード：${code}`,
  (code) => `<b>${code}</b> is your login code`,
];
const CODES = ['999999', '1234', '123-456', '77 88 99', '00000000', 'G-111111', 'AB12CD34', '5150'];
const DECOYS = CODES.flatMap((code) => SENTENCES.map((sentence) => ({ code, text: sentence(code) })));

async function read(html: string): Promise<Finding> {
  const mail = { from: 'no-reply@riverbank.example', to: 'ada@otters.example', subject: 'Riverbank', html };
  return extract(await readMail(Buffer.from(buildMail(mail))));
}

describe('a text that nobody sees', () => {
  it('would be read as a code if it were seen', async () => {
    for (const { text } of DECOYS) expect((await read(`<div>${text}</div>`)).code).not.toBeNull();
  });

  it.each(Object.entries(TECHNIQUES))('gives no code: %s', async (_technique, hide) => {
    for (const { text } of DECOYS) {
      expect((await read(`<body>${hide(text)}<p>Welcome to the riverbank.</p></body>`)).code).toBeNull();
      expect((await read(`<body>${hide(text)}<p>Your verification code is 482913</p></body>`)).code).toBe('482913');
    }
  });
});

describe('a text that only seems hidden', () => {
  it.each<[string, string]>([
    ['a cell makes the blanks between images small', '<td style="font-size:0"><p style="font-size:16px">CODE</p></td>'],
    ['white on a picture', '<div style="background:url(x.png);color:#fff">CODE</div>'],
    ['white on a gradient', '<div style="background-image:linear-gradient(red,blue);color:#fff">CODE</div>'],
    ['white on a dark cell', '<table bgcolor="#0a2540"><tr><td style="color:#ffffff">CODE</td></tr></table>'],
    [
      'white on a cell that a rule makes dark',
      '<style>td.dark{background:navy}</style><td class="dark" style="color:#fff">CODE</td>',
    ],
    ['pale grey', '<p style="color:#c0c0c0">CODE</p>'],
    ['hidden on small screens only', '<style>@media (max-width:600px){.x{display:none}}</style><p class="x">CODE</p>'],
    ['hidden under the mouse only', '<style>.x:hover{display:none}</style><p class="x">CODE</p>'],
    ['visible within hidden', '<div style="visibility:hidden"><p style="visibility:visible">CODE</p></div>'],
    ['a box that lets its content flow over', '<div style="max-height:0">CODE</div>'],
    ['a small indent', '<p style="text-indent:-20px;margin-left:20px">CODE</p>'],
    ['a rule for another class', '<style>.x.y{display:none}</style><p class="x">CODE</p>'],
    ['moved a little', '<p style="position:relative;top:-4px;transform:translate(-50%, 0)">CODE</p>'],
  ])('gives its code: %s', async (_why, html) => {
    expect((await read(html.replace('CODE', 'Your verification code is 482913'))).code).toBe('482913');
  });
});
