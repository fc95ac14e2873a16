/** One mail of the show, as a site would send it. All names, shops and numbers are invented. */
export interface DemoMail {
  readonly site: string;
  readonly language: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  /** What the waiting worker must get; null for a mail that holds neither code nor link. */
  readonly expect: { readonly code: string } | { readonly link: string } | null;
}

const FOOTER =
  '<p style="font-size:11px;color:#888">© 2026 · 1600 Harbour Street, 94105 · <a href="https://example.com/unsubscribe?u=771204">Unsubscribe</a></p>';

/** A page as mail templates make them: a preheader that nobody sees, a centred table, a footer. */
function page(preheader: string, body: string): string {
  return [
    '<!doctype html><html><head><style>.c{color:#333333;width:600px}</style></head><body>',
    `<div style="display:none;max-height:0">${preheader} 000000</div>`,
    `<table role="presentation" width="600" align="center" class="c"><tr><td>${body}${FOOTER}</td></tr></table>`,
    '</body></html>',
  ].join('\n');
}

function cells(code: string): string {
  return `<table><tr>${[...code].map((digit) => `<td style="border:1px solid #ccc;padding:8px">${digit}</td>`).join('')}</tr></table>`;
}

/** Verification mails of many shapes, each answered to the worker that waits for it. */
export const CODE_MAILS: readonly DemoMail[] = [
  {
    site: 'riverbank.example',
    language: 'English',
    from: 'Riverbank <no-reply@riverbank.example>',
    to: 'ada@otters.example',
    subject: 'Your sign-in code',
    text: 'Hi Ada,\n\nYour verification code is 482913.\n\nIt expires in 10 minutes. If you did not ask for it, ignore this mail.\n\nRiverbank\nOrder hotline: +1 555 010 2030\n',
    expect: { code: '482913' },
  },
  {
    site: 'riverbank.example',
    language: 'English',
    from: 'Riverbank <no-reply@riverbank.example>',
    to: 'grace@otters.example',
    subject: 'Your sign-in code',
    text: 'Hi Grace,\n\nYour verification code is 730518.\n\nIt expires in 10 minutes. If you did not ask for it, ignore this mail.\n\nRiverbank\nOrder hotline: +1 555 010 2030\n',
    expect: { code: '730518' },
  },
  {
    site: 'schuhhaus.example',
    language: 'German',
    from: 'Schuhhaus Otter <konto@schuhhaus.example>',
    to: 'kasse+7@otters.example',
    subject: 'Dein Bestätigungscode für Schuhhaus Otter',
    html: page(
      'Melde dich jetzt an',
      '<h1>Hallo!</h1><p>Gib diesen Code ein, um deine Anmeldung zu bestätigen:</p><h2 style="letter-spacing:6px">615 204</h2><p>Der Code ist 15 Minuten gültig. Gib ihn niemandem weiter.</p><p>Kundennummer: 20260418</p>',
    ),
    expect: { code: '615204' },
  },
  {
    site: 'maree.example',
    language: 'French',
    from: 'Marée <securite@maree.example>',
    to: 'robot1@otters.example',
    subject: 'Votre code de vérification',
    html: page(
      'Connexion à votre compte',
      `<p>Bonjour,</p><p>Voici votre code de vérification :</p>${cells('903471')}<p>Il expire dans 5 minutes.</p>`,
    ),
    expect: { code: '903471' },
  },
  {
    site: 'nutria.example',
    language: 'Spanish',
    from: 'Nutria Viajes <acceso@nutria.example>',
    to: 'robot2@otters.example',
    subject: '284650 es tu código de acceso',
    html: page(
      'Accede a tu cuenta',
      '<p>Hola:</p><p>Usa el código del asunto para iniciar sesión. Caduca en 10 minutos.</p><p>Reserva 88214417 confirmada el 03/11/2026.</p>',
    ),
    expect: { code: '284650' },
  },
  {
    site: 'kawauso.example',
    language: 'Japanese',
    from: 'カワウソ便 <auth@kawauso.example>',
    to: 'robot3@otters.example',
    subject: '【カワウソ便】認証コードのお知らせ',
    text: 'いつもご利用ありがとうございます。\n\n認証コード：８４０２６７\n\n有効期限は30分です。このコードを他人に教えないでください。\n\nカワウソ便 03-5550-1234\n',
    expect: { code: '840267' },
  },
  {
    site: 'vydra.example',
    language: 'Russian',
    from: 'Выдра Банк <noreply@vydra.example>',
    to: 'robot4@otters.example',
    subject: 'Код подтверждения',
    text: 'Здравствуйте!\n\nВаш код подтверждения: 5931\n\nНикому не сообщайте этот код. Карта *4471, сумма 12 900 руб., 24.11.2026.\n',
    expect: { code: '5931' },
  },
  {
    site: 'lontra.example',
    language: 'Portuguese',
    from: 'Lontra <ola@lontra.example>',
    to: 'robot5@otters.example',
    subject: 'Confirme seu e-mail',
    html: page(
      'Falta só um passo',
      '<p>Olá! Falta só um passo para ativar a sua conta.</p><p><a href="https://lontra.example/confirm?token=9fK2vQ7xL1" style="background:#0a7;color:#fff;padding:12px">Confirmar e-mail</a></p><p><a href="https://lontra.example/ajuda">Ajuda</a></p>',
    ),
    expect: { link: 'https://lontra.example/confirm?token=9fK2vQ7xL1' },
  },
  {
    site: 'sudal.example',
    language: 'Korean',
    from: '수달마켓 <verify@sudal.example>',
    to: 'robot6@otters.example',
    subject: '[수달마켓] 이메일 인증번호',
    html: page(
      '인증번호 안내',
      '<p>안녕하세요.</p><p>아래 인증번호를 입력해 주세요.</p><p style="font-size:28px"><b>172&nbsp;839</b></p><p>인증번호는 3분간 유효합니다.</p>',
    ),
    expect: { code: '172839' },
  },
  {
    site: 'quay.example',
    language: 'English',
    from: 'Quay Developer Cloud <access@quay.example>',
    to: 'robot7@otters.example',
    subject: 'Confirm this new device',
    html: page(
      'A new device',
      '<p>Somebody signed in from a new device (IP 203.0.113.64, Linux). If that was you, enter this one-time passcode:</p><pre style="font-size:24px">7XK9Q2</pre><p>Request id 5f0c-11ee-8c99. Build 20261124.</p>',
    ),
    expect: { code: '7XK9Q2' },
  },
  {
    site: 'lutra.example',
    language: 'Italian',
    from: 'Lutra Moda <account@lutra.example>',
    to: 'robot8@otters.example',
    subject: 'Reimposta la password',
    text: 'Ciao,\n\nper reimpostare la password inserisci il codice di verifica qui sotto:\n\n  4 0 7 - 1 1 9\n\nIl codice è valido per 20 minuti.\n\nLutra Moda, via del Porto 12, 16128 Genova\n',
    expect: { code: '407119' },
  },
  {
    site: 'wydra.example',
    language: 'Polish',
    from: 'Wydra <logowanie@wydra.example>',
    to: 'robot9@otters.example',
    subject: 'Jednorazowy kod logowania',
    html: page(
      'Zaloguj się',
      '<p>Twój jednorazowy kod logowania to:</p><p><strong>KFRT-8820</strong></p><p>Kod wygaśnie za 10 minut. Nie udostępniaj go nikomu.</p>',
    ),
    expect: { code: 'KFRT-8820' },
  },
];

/** Mails that look the part and hold nothing to type: their tickets must stay without an answer. */
export const DECOY_MAILS: readonly DemoMail[] = [
  {
    site: 'parcel.example',
    language: 'English',
    from: 'Parcel Otter <news@parcel.example>',
    to: 'decoy1@otters.example',
    subject: 'Your parcel 718204 is on its way',
    html: page(
      'It will be there soon',
      '<p>Tracking number: <b>718204</b></p><p>Pick-up code at the locker is sent on arrival. Invoice 20261124, total 49.90 EUR.</p>',
    ),
    expect: null,
  },
  {
    site: 'holt.example',
    language: 'English',
    from: 'Holt <security@holt.example>',
    to: 'decoy2@otters.example',
    subject: 'Your password was changed',
    text: 'Hello,\n\nyour password was changed on 24 November 2026 at 10:42 from 198.51.100.23. Case 553201.\nIf this was not you, call 0800 555 0199.\n',
    expect: null,
  },
];

/** The ticket that no mail answers: a person types the code, as from a text message. */
export const TYPED_BY_HAND = { site: 'telephone.example', recipient: 'robot10@otters.example', code: '660142' } as const;
