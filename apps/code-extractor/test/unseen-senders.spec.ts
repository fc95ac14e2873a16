import { describe, expect, it } from '@jest/globals';
import { buildMail } from '@otterpost/testkit/mail';

import { readMail } from '../src/adapters/read-mail.ts';
import { extract } from '../src/core/extract.ts';

/** As many kinds of senders write, and what must be read there: words of our own, in the manner of sites that people know. */
const MAILS: readonly (readonly [subject: string, text: string, code: string | null, link: string | null])[] = [
  [
    '[GitHub] Please verify your device',
    'Hey x!\n\nA sign in attempt requires further verification because we did not recognize your device. To complete the sign in, enter the verification code on the unrecognized device.\n\nDevice: Chrome on Linux\nVerification code: 482913\n\nIf you did not attempt to sign in to your account, your password may be compromised. Visit https://github.com/settings/security to create a new, strong password.',
    '482913',
    null,
  ],
  ['G-482913 is your Google verification code', 'Your code is in the subject', 'G-482913', null],
  [
    'Microsoft account security code',
    'Security code\n\nPlease use the following security code for the Microsoft account ad**a@example.com.\n\nSecurity code: 4829137\n\nThanks,\nThe Microsoft account team',
    '4829137',
    null,
  ],
  [
    'Slack confirmation code: AJT-QKX',
    'Confirm your email address\nYour confirmation code is below. Enter it in your open browser window.\n\nAJT-QKX\n\nIf you did not request this email, ignore it.\nSlack Technologies, 500 Howard Street, San Francisco, CA 94105',
    'AJT-QKX',
    null,
  ],
  ['Your Stripe verification code is 482-913', 'Enter this code: 482-913', '482913', null],
  [
    'Your Steam account: Access from new computer',
    'Login Code\nKJ4TX\nThis email was generated because of a login attempt from a computer located at 203.0.113.64 (US).',
    'KJ4TX',
    null,
  ],
  ['12345 is your confirmation code', 'Hi,\nYou may be asked to enter this confirmation code:\n12345', '12345', null],
  [
    'amazon.com: Sign-in attempt',
    'Someone who knows your password is attempting to sign-in to your account.\nWhen: Nov 24, 2026 10:15 AM PST\nDevice: Chrome Linux\nIf this was you, your verification code is:\n482913\nIf not, click here to deny.',
    '482913',
    null,
  ],
  ['Your Netflix sign-in code', 'Enter this code to sign in\n4829\nThis code expires in 15 minutes', '4829', null],
  [
    'Reset your WordPress password',
    'Someone has requested a password reset for the following account:\nSite Name: Blog\nUsername: ada\nIf this was a mistake, ignore this email and nothing will happen.\nTo reset your password, visit the following address:\nhttps://blog.example/wp-login.php?action=rp&key=kJ2x8QpLw93nVbTzYc0a&login=ada',
    null,
    'https://blog.example/wp-login.php?action=rp&key=kJ2x8QpLw93nVbTzYc0a&login=ada',
  ],
  [
    'Confirm your new account',
    'Welcome to Forum!\nClick the following link to confirm and activate your new account:\nhttps://forum.example/u/activate-account/3f9c1d7be2a84c55a8f7d1e0c9b2a3f4',
    null,
    'https://forum.example/u/activate-account/3f9c1d7be2a84c55a8f7d1e0c9b2a3f4',
  ],
  [
    'Verify your email',
    'Follow this link to verify your email address.\nhttps://x.firebaseapp.com/__/auth/action?mode=verifyEmail&oobCode=ABCdef123456789xyz&apiKey=AIzaSyD4k&lang=en',
    null,
    'https://x.firebaseapp.com/__/auth/action?mode=verifyEmail&oobCode=ABCdef123456789xyz&apiKey=AIzaSyD4k&lang=en',
  ],
  [
    'Your order #482913 has shipped',
    'Hi Ada,\nYour order 482913 is on its way.\nTrack it: https://shop.example/track?token=9fK2vQ7xL1aa',
    null,
    null,
  ],
  [
    'New sign-in to your account',
    'We noticed a new sign-in.\nTime: 10:42\nIP: 198.51.100.23\nCheck activity: https://accounts.example/activity?token=9fK2vQ7xL1aab',
    null,
    null,
  ],
  ['You have been invited to join Acme', 'Bob invited you. https://acme.example/invite/9fK2vQ7xL1aabbccdd', null, null],
  [
    'Your meeting is confirmed',
    'Join Zoom Meeting\nhttps://zoom.example/j/84212345678?pwd=abcdEFGH1234\nMeeting ID: 842 1234 5678\nPasscode: 482913',
    null,
    null,
  ],
  ['Your receipt from Apple', 'Order ID: MX7K2P9Q1\nDocument No. 123456789012\nTotal $4.99', null, null],
  ['Tu código de Uber', 'Tu código de Uber es 4829. Nunca lo compartas.', '4829', null],
  ['Votre code de sécurité', 'Bonjour,\n\nVoici votre code à usage unique : 482 913\n\nNe le partagez pas.', '482913', null],
  ['Kod potwierdzający', 'Kod: 4829-1374\nWażny 5 minut', '48291374', null],
  ['Seu código chegou', 'Oi!\nUse o código abaixo para entrar:\n\n482913\n\nVálido por 10 minutos', '482913', null],
  ['Ваш код', '482913 — ваш код для входа. Никому его не сообщайте.', '482913', null],
  ['验证码', '【某某】您的验证码是482913，5分钟内有效，请勿泄露。', '482913', null],
  ['คุณได้รับรหัส', 'รหัส OTP ของคุณคือ 482913 (Ref: KXBT)', '482913', null],
  ['Mã xác thực', 'Mã OTP của bạn là 482913. Không chia sẻ mã này.', '482913', null],
  ['Kode verifikasi', '482913 adalah kode verifikasi Anda.', '482913', null],
  ['Doğrulama', 'Doğrulama kodunuz: 482913', '482913', null],
  ['אימות', 'קוד האימות שלך הוא 482913', '482913', null],
  ['Vahvistuskoodi', 'Vahvistuskoodisi on 482913.', '482913', null],
  ['Your temporary password', 'Your temporary password is Xk92LmQ4. Change it after login.', null, null],
  [
    'Weekly digest',
    '10 new posts, 482913 views, 2026 edition. Read more: https://news.example/read?key=9fK2vQ7xL1aabb',
    null,
    null,
  ],
  ['Your PIN code for parcel locker', 'Your parcel is ready. Locker PIN: 482913', null, null],
  ['Two-factor code', 'Use 482913 to complete your login', '482913', null],
  ['Payment of 482913 received', 'We received your payment of 4829.13 EUR. Reference 20264829.', null, null],
  [
    'Bestätige deine E-Mail',
    'Klicke hier: https://a.example/email/verify/12/9f86d081884c7d659a2feaa0c55ad015?expires=1700000000&signature=abcdef0123456789',
    null,
    'https://a.example/email/verify/12/9f86d081884c7d659a2feaa0c55ad015?expires=1700000000&signature=abcdef0123456789',
  ],
  ['Action required', 'Your API key: sk_live_9fK2vQ7xL1aabb. Keep it safe.', null, null],
  ['Dein Gutschein', 'Dein Gutscheincode: SOMMER26', null, null],
  ['2FA', 'Dit is je eenmalige inlogcode: 482913. Deze code is 10 minuten geldig.', '482913', null],
  ['Potvrzovací kód', 'Váš ověřovací kód je 482913.', '482913', null],
  ['PIN', 'Your one-time PIN is 4829. Card ending 4471.', '4829', null],
];

describe('a mail of a sender never seen', () => {
  it.each(MAILS)('%s', async (subject, text, code, link) => {
    const raw = buildMail({ from: 'no-reply@site.example', to: 'ada@otters.example', subject, text });
    const found = extract(await readMail(Buffer.from(raw)));
    expect([found.code, found.link]).toEqual([code, link]);
  });
});
