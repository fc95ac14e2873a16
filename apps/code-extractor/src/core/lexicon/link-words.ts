/** What links are called, by language, as lists like those of `Words`: no link of these verifies. */
export const ASIDE_LINKS: Readonly<Record<string, string>> = {
  en: "unsubscribe*, opt out, preferences, manage settings, notification settings, email settings, privacy*, terms, help, help center, help centre, support, contact*, faq, learn more, read more, read on, view in browser, view online, web version, download*, app store, google play, review activity, check activity, view activity, disable*, deactivate*, lock your account, lock my account, freeze*, block*, secure your account, secure my account, secure account, report*, not me, wasn't me, this wasn't me, no it wasn't me, cancel*, deny, revoke, change your password, view order, track*, shop*, invite friends, blog, status page, let us know",
  de: 'abmelden vom, abbestell*, newsletter abmelden, einstellungen, datenschutz*, agb, impressum, hilfe*, kontakt*, support, im browser, mehr erfahren, aktivität prüfen, herunterladen, konto schützen, ablehnen, war ich nicht',
  nl: 'uitschrijv*, afmelden, voorkeuren, privacy*, voorwaarden, hulp*, klantenservice, in je browser, meer informatie, downloaden, was ik niet',
  'sv, no, da':
    'avregistrer*, avprenumerera*, avsluta prenumeration*, avmeld*, afmeld*, inställningar, innstillinger, indstillinger, integritet*, personvern*, privatliv*, villkor, vilkår, hjälp*, hjelp*, hjælp*, kundeservice, kundtjänst, webbläsare, nettleser, var inte jag, var ikke meg',
  fi: 'peruuta tilaus, asetukset, tietosuoja*, ehdot, ohje*, tuki, asiakaspalvelu, selaimessa',
  fr: "désabonn*, désinscri*, préférences, paramètres, confidentialité*, conditions, aide, assistance, contact*, nous contacter, dans votre navigateur, en savoir plus, télécharg*, ce n'est pas moi, annuler, refuser",
  es: 'darse de baja, cancelar suscripción, dejar de recibir, preferencias, ajustes, privacidad*, términos, ayuda, soporte, contact*, en el navegador, más información, descarga*, no fui yo, cancelar, rechazar',
  pt: 'cancelar inscrição, cancelar a subscrição, descadastr*, preferências, configurações, privacidade*, termos, ajuda, suporte, fale conosco, no navegador, saiba mais, baix*, não fui eu, cancelar, recusar',
  'it, ro, ca':
    "disiscri*, annulla iscrizione, preferenze, impostazioni, privacy, termini, aiuto, assistenza, contatt*, nel browser, dezabon*, preferințe, setări, confidențialit*, termeni, ajutor, asistență, dona't de baixa, ajuda, non sono stato io",
  'pl, cs, sk':
    'wypisz*, rezygnuj*, preferencje, ustawienia, prywatnoś*, regulamin, pomoc*, kontakt*, w przeglądarce, odhlásit*, odhlásiť*, nastavení, nastavenia, soukrom*, súkrom*, podmínky, podmienky, nápověda, podpora, to nie ja',
  'hu, hr, sl':
    'leiratkoz*, beállítás*, adatvédel*, feltétel*, súgó, segítség*, ügyfélszolg*, odjav*, postavke, privatnost*, uvjeti, pomoć, podrška, nastavitve, zasebnost*, pogoji, pomoč',
  'ru, uk, bg, sr':
    'отписа*, відписа*, отпис*, настройк*, налаштуван*, конфиденц*, конфіденц*, условия, умови, помощь, справка, довідк*, допомог*, поддержк*, підтримк*, поверителност*, помощ, подршка, это не я, це не я',
  el: 'διαγραφή*, κατάργηση εγγραφής, απεγγραφή*, ρυθμίσεις, απόρρητο*, όροι, βοήθεια, υποστήριξη, επικοινωνία',
  tr: 'abonelikten çık*, listeden çık*, tercih*, ayarlar, gizlilik*, koşullar*, yardım*, destek*, iletişim, bu ben değildim',
  'ar, fa, ur, he':
    '*إلغاء الاشتراك*, *التفضيلات*, *الخصوصية*, *الشروط*, *مساعدة*, *المساعدة*, *الدعم*, *اتصل*, *لغو اشتراک*, *تنظیمات*, *حریم خصوصی*, *پشتیبانی*, *راهنما*, *ان سبسکرائب*, *הסרה*, *ביטול הרשמה*, *הגדרות*, *פרטיות*, *תנאי*, *עזרה*, *תמיכה*',
  'hi, bn, th':
    '*अनसब्सक्राइब*, *सदस्यता समाप्त*, *गोपनीयता*, *सहायता*, *शर्तें*, *আনসাবস্ক্রাইব*, *গোপনীয়তা*, *সাহায্য*, *ยกเลิกการสมัคร*, *ยกเลิกรับ*, *ความเป็นส่วนตัว*, *ช่วยเหลือ*, *ตั้งค่า*, *ติดต่อ*',
  'vi, id, ms, tl':
    'hủy đăng ký, huỷ đăng ký, tùy chọn, quyền riêng tư, điều khoản, trợ giúp, hỗ trợ, liên hệ, berhenti berlangganan, preferensi, pengaturan, privasi, ketentuan, bantuan, dukungan, hubungi, berhenti melanggan, sokongan',
  'activity and safety':
    "activité*, actividad*, atividade*, attività, activiteit*, aktywnoś*, активност*, активніст*, действия, etkinli*, アクティビティ, 活动记录, 活動記錄, 활동, *نشاط*, aktivitet*, tevékenység*, tapahtum*, δραστηριότητ*, sécuriser*, bloque*, proteg*, proteggi*, säkra*, sikre*, zabezpiecz*, zabezpeč*, защитит*, захист*, güvene al*, 保护账户, 保護帳戶, アカウントを保護, 계정 보호, ce n'était pas moi, no he sido yo, dit was ik niet, non sono io, non ero io, ben değildim, 私ではありません, 心当たりがない, 不是我, 내가 아닙니다, det var inte jag, nem én voltam, to jsem nebyl*, to nie ja, remove this*, undo, revert*, завершит*, beenden, verlopen",
  'zh, ja, ko':
    '退订, 取消订阅, 隐私, 条款, 帮助, 客服, 偏好, 退訂, 取消訂閱, 隱私, 條款, 說明, 客服, 配信停止, 配信解除, プライバシー, 利用規約, ヘルプ, お問い合わせ, サポート, 設定を変更, 수신거부, 수신 거부, 개인정보, 약관, 도움말, 고객센터, 문의, 알림 설정, 환경설정, 환경 설정, 수신 설정',
};

/** Words of links that lead to a site's own door as often as through it, by language as above: "Log in" stands in newsletters and statements. */
export const LOGIN_LINKS: Readonly<Record<string, string>> = {
  'en, de, nl':
    'log in*, login*, sign in*, log on*, go to*, continue, my account, access*, anmelden*, einloggen*, zum konto, inloggen*, log in',
  'fr, es, pt, it, ca, ro':
    'connexion, se connecter, connectez*, me connecter, iniciar sesión, inicia sesión, acceder*, entrar*, aceder*, acessar*, accedi*, accesso, inicia sessió, conect*, autentific*',
  'sv, no, da, fi, is': 'logga in*, logg inn*, log ind*, kirjaudu*, skrá inn, skráðu þig inn',
  'pl, cs, sk, hu, hr, sl': 'zaloguj*, přihlásit*, přihlášení, prihlás*, bejelentkez*, belép*, prijav*',
  'ru, uk, bg, sr, el, tr': 'войти*, войдите*, вход*, увійти*, вхід*, влез*, пријав*, σύνδεση*, συνδεθείτε*, giriş*',
  'lt, lv, et': 'prisijung*, pieslēg*, pieteik*, logi sisse*, sisene*',
  'ar, fa, he, hi, bn': '*تسجيل الدخول*, *ورود*, *כניסה*, *התחבר*, *लॉगिन*, *लॉग इन*, *লগইন*',
  'th, vi, id, zh, ja, ko': '*เข้าสู่ระบบ*, đăng nhập*, masuk*, log masuk*, 登录, 登入, ログイン, 로그인',
};
