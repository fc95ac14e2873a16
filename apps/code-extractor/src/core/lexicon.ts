/**
 * Words by which mails speak of codes, as plain alternatives of a regular expression, matched without case. A strong cue names the
 * thing to type; words like "login" or "security" alone open nothing.
 */
export const CODE_CUES: Readonly<Record<string, readonly string[]>> = {
  'your code is': [
    '(?<!\\p{L})(?:din kod är|din kode er|koodisi on|(?:je|uw|jouw) code is|váš kód je|twój kod to|tvoj kód je|(?:dein|ihr) code (?:lautet|ist)|(?:tu|su) código es|(?:o )?(?:seu|teu) código é|il tuo codice è|login token)(?!\\p{L})',
  ],
  en: [
    '(verification|security|confirmation|authentication|authori[sz]ation|activation|access|sign[- ]?in|log[- ]?in|login|reset|one[- ]time|single[- ]use|temporary|unlock|auth|2fa|mfa) (pass)?(code|pin|password)',
    'one[- ]time (pass|security|verification|sign-in|login) ?code',
    'passcode',
    '\\botp\\b',
    'your (\\S+ ){0,3}(code|pin)( is|:)',
    'is your (\\S+ ){0,4}(code|pin)',
    '(enter|use|type|with) (this|the|the following|your) (\\S+ ){0,3}(code|pin)',
    'code (below|to (sign|log|verify|confirm|complete))',
  ],
  de: [
    '\\b(m|sms|push)?-?tan( lautet|:)',
    '(bestätigungs|verifizierungs|verifikations|sicherheits|anmelde|zugangs|einmal|freigabe|aktivierungs|login|authentifizierungs|freischalt)-?(code|kennwort|passwort|pin)',
    '(gib|geben sie|verwende|verwenden sie|nutze) (\\S+ ){0,3}code',
    '(dein|ihr) (\\S+ ){0,2}code (lautet|ist)',
  ],
  fr: [
    "code (à usage unique|de (vérification|confirmation|sécurité|connexion|validation)|d['’](accès|authentification|activation))",
    '(saisissez|entrez|utilisez) (\\S+ ){0,3}code',
    'votre code (est|:)',
  ],
  es: [
    'clave (de un solo uso|dinámica|temporal|de acceso|de verificación)',
    'código (de (verificación|acceso|seguridad|confirmación|activación|un solo uso|inicio de sesión))',
    '(usa|utiliza|introduce|ingresa|utilice|ingrese) (\\S+ ){0,3}código',
    '(tu|su) código (es|:)',
  ],
  pt: [
    'código (de (verificação|acesso|segurança|confirmação|ativação|uso único|login))',
    '(use|digite|insira|introduza) (\\S+ ){0,3}código',
    'seu código (é|:)',
  ],
  it: [
    'codice (di (verifica|sicurezza|accesso|conferma|attivazione|autenticazione)|monouso|otp|temporaneo)',
    '(inserisci|usa|utilizza|digita) (\\S+ ){0,3}codice',
  ],
  nl: ['(verificatie|beveiligings|bevestigings|inlog|toegangs|eenmalige) ?-?code', '(gebruik|voer) (\\S+ ){0,3}code'],
  sv: ['(verifierings|säkerhets|bekräftelse|inloggnings|engångs)-?kod'],
  no: ['(bekreftelses|sikkerhets|verifiserings|innloggings|engangs|påloggings)-?kode'],
  da: ['(bekræftelses|sikkerheds|verifikations|engangs|login|adgangs)-?kode'],
  fi: ['(vahvistus|turva|kertakäyttö|kirjautumis|todennus)(koodi|koodisi|tunnus)'],
  pl: [
    'kod (weryfikacyjny|logowania|potwierdzający|potwierdzenia|bezpieczeństwa|jednorazowy|dostępu|aktywacyjny)',
    'jednorazowy kod',
    'twój kod',
  ],
  cs: ['(ověřovací|bezpečnostní|potvrzovací|přihlašovací|jednorázový|aktivační) kód'],
  sk: ['(overovací|bezpečnostný|potvrdzovací|prihlasovací|jednorazový) kód'],
  hu: ['(ellenőrző|biztonsági|megerősítő|hitelesítő|belépési|egyszeri|aktiváló) ?(kód|jelszó)'],
  ro: ['cod(ul)? (de (verificare|securitate|confirmare|acces|autentificare)|unic)'],
  el: ['κωδικ(ός|ό) (επαλήθευσης|επιβεβαίωσης|ασφαλείας|μίας χρήσης|πρόσβασης)'],
  ru: [
    'код(ом)? (подтверждения|проверки|доступа|безопасности|авторизации|активации|для входа)',
    'проверочный код',
    'одноразовый (код|пароль)',
    'ваш код',
  ],
  uk: ['код (підтвердження|перевірки|доступу|безпеки|для входу)', 'одноразовий (код|пароль)'],
  bg: ['код за (потвърждение|проверка|достъп|сигурност)', 'еднократен код'],
  tr: ['(doğrulama|güvenlik|onay|giriş|aktivasyon) (kodu|kodunuz|şifre)', 'tek kullanımlık (kod|şifre|parola)'],
  ar: ['رمز (التحقق|التأكيد|الأمان|الدخول|المصادقة)', 'كلمة مرور لمرة واحدة'],
  he: ['קוד (אימות|האימות|אבטחה|גישה|חד.?פעמי)'],
  fa: ['کد (تأیید|تایید|امنیتی|ورود|یکبار مصرف)'],
  hi: ['(सत्यापन|सुरक्षा|पुष्टिकरण) कोड', 'ओटीपी'],
  th: ['รหัส(ยืนยัน|ความปลอดภัย|ผ่านครั้งเดียว|otp)'],
  vi: ['mã (xác minh|xác nhận|xác thực|bảo mật|otp|đăng nhập)'],
  id: ['kode (verifikasi|keamanan|konfirmasi|otp|akses|masuk)'],
  zh: ['(验证|驗證|校验|動態|动态|确认|確認|安全|登录|登入|认证|認證)(码|碼|代码|密码)', '一次性(密码|密碼|代码|验证码)'],
  ja: ['(認証|確認|検証|セキュリティ|ワンタイム|ログイン|本人確認)(コード|番号|キー|パスワード|パスコード)'],
  ko: ['(인증|확인|보안|로그인|일회용) ?(번호|코드|비밀번호)'],
};

/**
 * The plain word for a code, by language; weaker than a cue, since an order and a voucher have codes too. Latin and Cyrillic stems may take
 * an ending of a few letters.
 */
export const CODE_NOUNS: Readonly<Record<string, readonly string[]>> = {
  'Latin script': [
    'code',
    'codes',
    'kod',
    'kód',
    'kôd',
    'kóð',
    'kode',
    'kodes',
    'koda',
    'kodas',
    'kods',
    'kodo',
    'kodi',
    'koodi',
    'kood',
    'codi',
    'código',
    'codigo',
    'codice',
    'cod',
    'codul',
    'cód',
    'cód',
    'cod',
    'codex',
    'codicem',
    'msimbo',
    'ikhowudi',
    'ikhodi',
    'kodhi',
    'koodh',
    'pin',
    'otp',
    'mã',
    'passcode',
    'kota',
    'kodean',
    'kaody',
    'lambar',
    'koodhka',
    'chód',
    'kodiċi',
    'kodea',
    'einmalpasswort',
    'einmalkennwort',
  ],
  'Cyrillic script': ['код', 'кôд', 'рамз'],
  'Greek script': ['κωδικ'],
  'Armenian, Georgian': ['կոդ', 'ծածկագիր', 'კოდი'],
  'Hebrew, Yiddish': ['קוד', 'קאָד'],
  'Arabic script': ['رمز', 'كود', 'الرمز', 'کد', 'کوڈ', 'كود', 'ڪوڊ', 'کوډ', 'کۆد', 'كودى'],
  'Scripts of India': [
    'कोड',
    'सङ्केत',
    'संकेत',
    'কোড',
    'ক’ড',
    "ক'ড",
    'ਕੋਡ',
    'કોડ',
    'କୋଡ',
    'குறியீ',
    'கோட்',
    'కోడ్',
    'ಕೋಡ್',
    'കോഡ്',
    'කේත',
    'குறியீடு',
    'ओटीपी',
  ],
  'South-east Asia': ['รหัส', 'លេខកូដ', 'ລະຫັດ', 'កូដ', 'ကုဒ်'],
  'East Asia': ['码', '碼', '代码', '代碼', '密码', 'コード', '番号', '코드', '번호'],
  'Ethiopic, Mongolian': ['ኮድ', 'код'],
};

/** Nouns that end a compound in the Germanic and Finnic languages. */
export const COMPOUND_NOUNS: readonly string[] = [
  'code',
  'kode',
  'kod',
  'kóð',
  'koodi',
  'kood',
  'kota',
  'kotu',
  'kennwort',
  'passwort',
];

/** Compounds and purposes that have codes of their own: wherever they stand, the mail is hardly about proving who one is. */
export const OTHER_PURPOSES: readonly string[] = [
  '(?<!\\p{L})(?:order(ed|s)?|invoice|tracking|parcel|shipment|shipped|receipt|booking|promo|coupon|voucher|discount|gift card|zip ?code|post(al)? ?code|pick-?up|locker|barcode|qr code|% off|free shipping|checkout|invite code|api key)(?!\\p{L})',
  'bestell(ung|nummer)|rechnung|sendung|gutschein|rabatt|abhol|postleitzahl',
  'commande|facture|colis|réservation|code promo|bon de réduction|code postal',
  '(?<!seu )(?<!o )pedido (?:n|nº|#|de compra)|número de pedido|factura|cupón|descuento|fatura|rastreio|cupom|encomenda|código postal',
  '(?<!\\p{L})(?:reservation|itinerary|check-?in|guests?|delivery)(?!\\p{L})',
  'ordine|fattura|spedizione|prenotazione|sconto|codice postale',
  'bestelling|factuur|zamówieni|faktur|przesyłk|objednávk|zásilk|beställning|rabattkod|rabatkode|postnummer|tilaus|rendelés',
  'заказ|посылк|скидк|промокод|бронир|замовлен|поръчк|нарачк|поруџбин|наруџб',
  'sipariş|kargo|indirim|kupon|παραγγελ|κουπόνι|comand[aă]|narudžb|naročil',
  'الطلب رقم|طلبية|خصم|فاتورة|הזמנה|קופון|سفارش|تخفیف|ऑर्डर|कूपन|คำสั่งซื้อ|พัสดุ|ส่วนลด|đơn hàng|pesanan',
  '注文|請求|追跡|クーポン|订单|訂單|发票|發票|快递|物流|优惠|取件|주문|송장|쿠폰',
];

/** What has a passcode or a PIN of its own: in such a mail nothing is typed to prove who one is. */
export const OTHER_CODES =
  'meeting id|join (?:the |zoom |our |your )?meeting|webinar id|dial-?in|pick-?up (?:code|pin)|locker (?:code|pin)|gift card|(?:promo|voucher|coupon|discount) code';

/** Between the word for a code and the token: "Tu código de Uber es 4829". */
export const IS =
  'is|are|es|est|ist|é|è|e|är|er|on|jest|je|este|là|adalah|ialah|to|olan|là|είναι|это|е|הוא|هو|คือ|是|为|為|は|は、|는|은|ir|yw|ass|estas|és|da|ni|waa|ithi|dia|bụ|ce|huwa|ay|ass|да|є|հետևյալն է|է|է՝|হল|হলো|គឺ|ແມ່ນ|မှာ';

/** "Use 482913 to complete your login": verbs before the token, and what follows it. */
export const USE =
  'use|enter|type|usa|utiliza|utilisez|saisissez|entrez|verwende|verwenden sie|nutze|gebruik|voer|użyj|wpisz|usa|inserisci|digite|введите|använd|brug|bruk';
export const IN_ORDER_TO = 'to|for|as|para|pour|um|zum|om|aby|per|чтобы|för|for at';

/** Words beside a number that make it something else. */
export const NOT_A_CODE: readonly string[] = [
  'order|invoice|tracking|parcel|shipment|receipt|booking|reservation|ticket|case|request|reference|customer|account (number|no)|build|phone|tel|hotline|fax|call|promo|coupon|voucher|discount|gift|zip|postal|postcode|pick-?up|locker|meeting|swift|iban|card',
  'bestell|rechnung|sendung|kundennummer|vorgang|auftrag|gutschein|rabatt|abhol|postleitzahl|telefon',
  'commande|facture|colis|suivi|réservation|référence|promo|téléphone|dossier',
  'pedido|factura|reserva|seguimiento|referencia|cupón|descuento|teléfono|telefone|fatura|rastreio|cupom|encomenda',
  'ordine|fattura|spedizione|prenotazione|riferimento|sconto|telefono',
  'bestelling|factuur|zending|zamówieni|faktur|przesyłk|objednávk|zásilk',
  'заказ|счёт|счет|посылк|карт|сумм|телефон|скидк|промокод|бронир',
  'sipariş|fatura|kargo|takip|indirim|telefon',
  'commanda|comandă|comanda|narudžb|naročil|pasūtījum|užsakym|tellimus|tilaus|rendelés|beställning|ordre|bestilling|pöntun|παραγγελ|τιμολόγ|поръчк|замовлен|нарачк|поруџбин',
  'kupon|rabatk|gavekort|poukaz|kupón|κουπόνι|kupong|phiếu|mã giảm|mã vận đơn|kode promo|kode pos|postnummer|postkod|postikood|code postal|código postal|codice postale|cap ',
  'الطلب|طلبية|شحن|تتبع|خصم|فاتورة|הזמנה|משלוח|קופון|حساب|سفارش|تخفیف|ऑर्डर|कूपन|คำสั่งซื้อ|พัสดุ|ส่วนลด|đơn hàng|pesanan|resi',
  '注文|請求|追跡|予約|お問い合わせ番号|クーポン|電話|订单|訂單|发票|發票|快递|物流|优惠|取件|电话|주문|송장|운송장|예약|쿠폰|전화',
];

/** Words of a button or address that verifies. */
export const LINK_CUES: readonly string[] = [
  'confirm|verify|verif|activate|validate|magic|sign[- ]?in|log[- ]?in|reset (your )?password|complete (your )?(registration|sign)',
  'bestätig|verifizier|aktivier|anmelden|einloggen|zurücksetzen',
  'confirm|vérifi|activer|valider|connecter|réinitialiser',
  'confirmar|verificar|activar|ativar|validar|iniciar sesión|entrar|restablecer|redefinir',
  'conferma|verifica|attiva|accedi|reimposta',
  'bevestig|verifieer|activeer|inloggen|bekräfta|verifiera|logga in|bekreft|bekræft|vahvista|potwierd|zweryfikuj|aktywuj|zaloguj|ověř|potvrd|aktivovat',
  'подтверд|активир|войти|сбросить|підтверд|увійти|потвърд',
  'doğrula|onayla|etkinleştir|تأكيد|تحقق|تفعيل|אימות|אשר',
  '確認|認証|有効化|ログイン|验证|驗證|确认|激活|登录|인증|확인|로그인|xác minh|xác nhận|verifikasi|konfirmasi|ยืนยัน',
];
export const NOT_A_VERIFICATION_LINK =
  'unsubscribe|opt-?out|preferences|privacy|terms|help|support|contact|faq|abmelden|désabonner|cancelar suscripción|ajuda|ayuda|hilfe|aide|配信停止|facebook|twitter|instagram|linkedin|apps\\.apple|play\\.google';

/** "Valid for 10 minutes": words by which a number of minutes, hours or seconds is a validity. */
export const VALIDITY_UNITS: readonly (readonly [words: string, seconds: number])[] = [
  ['minut\\w*|min\\.?|minuten|minuti|minutos|минут\\w*|хвилин\\w*|dakika|分钟|分鐘|分間|分|분|دقائق|دقيقة|phút|menit|นาที', 60],
  ['hours?|stunden?|heures?|horas?|ore|ora|uur|godzin\\w*|часа?|часов|saat|小时|小時|時間|시간|ساعة|giờ|jam', 3600],
  ['seconds?|sekunden?|secondes?|segundos?|secondi|секунд\\w*|saniye|秒|초', 1],
];
export const VALIDITY_CUES =
  'expire|valid|good for|gültig|läuft|abgelaufen|expir|valable|caduca|válid|scade|valido|geldig|verloopt|ważny|wygas|platn|действ|истек|дійсн|geçerli|有効|有效|유효|صالح|hết hạn|hiệu lực|berlaku|หมดอายุ';
