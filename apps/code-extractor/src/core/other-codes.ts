/**
 * What a code is for when it proves nothing: to fetch a parcel, to pay less, to name a customer, a thing or a fault. By language, as
 * stems that stand beside the word for a code ("pick-up code", "Abholcode", "код отримання"), or name such a number without it.
 */
export const OTHER_CODE_STEMS: Readonly<Record<string, readonly string[]>> = {
  en: [
    '(?<!\\p{L})(?:pick-?up|collection|delivery|driver|return|referral|invit(?:e|ation)|promo(?:tion(?:al)?)?|voucher|coupon|discount|gift|offer|reward|redemption|error|status|exit|course|class|item|product|part|article|style|model|sort|branch|bank|swift|bic|country|area|dial(?:ling)?|zip|post(?:al)?|door|gate|building|entry|wi-?fi|guest|member(?:ship)?|customer|client|employee|student|booking|reservation|tracking|order|ticket|case|conference|meeting|webinar|licen[cs]e|product key|activation key|source|qr|bar|dress|tax|vat|airport|locker|playback) ?-?(?:access |pass)?(?:code|pin|passcode)s?(?!\\p{L})',
    '(?<!\\p{L})(?:barcode|postcode|zipcode|qr-code)(?!\\p{L})',
  ],
  de: [
    '(?:abhol|liefer|zustell|gutschein|rabatt|aktions|promo|fehler|kunden|artikel|produkt|bank|länder|postleit|tür|wlan|mitglieds|buchungs|reservierungs|einladungs|empfehlungs|geschenk|bar|qr-?|retouren|sendungs)-?(?:code|nummer|pin|zahl)',
  ],
  nl: [
    '(?:afhaal|bezorg|kortings|actie|fout|klant|artikel|product|post|deur|boekings|reserverings|uitnodigings|cadeau|bar|retour)-?code',
  ],
  sv: [
    '(?:avhämtnings|upphämtnings|utlämnings|rabatt|kampanj|fel|kund|artikel|presentkorts|port|boknings|inbjudnings|leverans)-?kod',
  ],
  'da, no': [
    '(?:afhentnings|hente|utleverings|rabat|rabatt|kampanje|fejl|feil|kunde|vare|gavekort|dør|booking|bestillings|invitations|leverings)s?-?kode',
  ],
  is: ['(?:afhendingar|afsláttar|villu|sóknar)-?kóð'],
  fi: ['(?:nouto|alennus|kampanja|virhe|asiakas|tuote|ovi|varaus|kutsu|lahja|toimitus)-?koodi'],
  et: ['(?:väljastus|soodus|vea|kliendi|toote|ukse|paki)-?kood'],
  fr: [
    'code (?:de )?(?:retrait|livraison|réduction|promo|avantage|parrainage|erreur|client|article|produit|barres|postal|cadeau|réservation|porte|suivi|guichet|retour)',
    "code d['’](?:erreur|invitation|article|immeuble)",
  ],
  es: [
    'c[óo]digo (?:de )?(?:recogida|entrega|retiro|descuento|promocional|promoción|cupón|error|cliente|producto|artículo|barras|postal|regalo|reserva|seguimiento|rastreo|referido|invitación|socio|puerta|devolución)',
  ],
  pt: [
    'c[óo]digo (?:de |do |da )?(?:retirada|entrega|levantamento|recolha|desconto|promocional|cupom|erro|cliente|produto|barras|postal|rastreio|rastreamento|reserva|indicação|convite|presente|sócio|devolução)',
  ],
  it: [
    'codice (?:di )?(?:ritiro|consegna|sconto|promozionale|promo|errore|cliente|prodotto|articolo|barre|postale|regalo|prenotazione|tracciamento|spedizione|invito|socio|fiscale|reso|amico)',
    'codice a barre',
  ],
  ca: ['codi (?:de )?(?:recollida|descompte|promocional|error|client|producte|barres|postal|reserva|seguiment|lliurament)'],
  gl: ['código (?:de )?(?:recollida|desconto|erro|cliente)'],
  ro: [
    'cod(?:ul)? (?:de )?(?:ridicare|reducere|promoțional|promo|eroare|client|produs|bare|poștal|rezervare|livrare|invitație|urmărire)',
  ],
  pl: [
    'kod\\p{L}* (?:odbioru|rabatow|promocyjn|błędu|klienta|produktu|kreskow|pocztow|rezerwacji|polecając|dostawy|zaproszenia|podarunkow)',
    'rabat',
  ],
  'cs, sk': [
    'kód\\p{L}* (?:pro |na |k )?(?:vyzvednut|vyzdvihnut|slev|zľav|chyb|zákazn|produktu|rezerva|doručen|převzet|prevzat|pozván|pozvan)',
    '(?:slevov|zľavov|chybov|čárov|čiarov|zákaznick|promo)\\p{L}* ?kód',
    'výdejn\\p{L}* kód',
  ],
  hu: ['(?:átvételi|kedvezmény|kupon|hiba|ügyfél|termék|vonal|irányító|foglalási|meghívó|akciós)-?\\s?kód'],
  'hr, bs, sr, sl': [
    'k[oô]d\\p{L}* za (?:preuzimanje|popust|prevzem)',
    '(?:promotivn|greške|napake|pozivn)\\p{L}* k[oô]d',
    'код\\p{L}* за (?:преузимање|попуст)',
    'prevzemn\\p{L}* kod',
    'šifra (?:proizvoda|kupca)',
  ],
  'lv, lt': ['(?:saņemšanas|atlaides|kļūdas|klienta|atsiėmimo|nuolaidos|klaidos|kliento) kod'],
  sq: ['kodi i (?:zbritjes|tërheqjes|gabimit|klientit)'],
  el: ['κωδικ\\p{L}+ (?:παραλαβής|έκπτωσης|κουπονιού|σφάλματος|πελάτη|προϊόντος|παράδοσης|κράτησης|δώρου)'],
  ru: [
    'код\\p{L}* (?:получения|выдачи|скидки|ошибки|клиента|товара|бронирования|доставки|приглашения|отслеживания|домофона|купона)',
    'промокод',
    'штрихкод',
  ],
  uk: ['код\\p{L}* (?:отримання|видачі|знижки|помилки|клієнта|товару|бронювання|доставки|запрошення|відстеження)'],
  be: ['код\\p{L}* (?:атрымання|зніжкі|памылкі)'],
  'bg, mk': [
    'код\\p{L}* за (?:получаване|отстъпка|подигнување|попуст|вземане)',
    '(?:промо|грешка|клиентски|баркод)\\p{L}* ?код',
    'код\\p{L}* на (?:грешка|клиент|продукт)',
  ],
  tr: ['(?:teslimat|teslim|indirim|kampanya|promosyon|hata|müşteri|ürün|posta|hediye|rezervasyon|davet|takip|barkod|kargo) ?kod'],
  az: ['(?:endirim|çatdırılma|xəta|müştəri) kod'],
  'kk, ky, uz': ['(?:жеңілдік|қате|алу|арзандатуу) код', '(?:chegirma|xato|mijoz|olib ketish) kod'],
  ar: ['(?:رمز|كود) (?:الاستلام|التسليم|الخصم|خصم|القسيمة|الخطأ|العميل|المنتج|الحجز|البريدي|الترويجي|التتبع|الدعوة)'],
  fa: ['کد (?:رهگیری|تخفیف|پستی|خطا|مشتری|تحویل|محصول|رزرو|معرف|دعوت|ملی)'],
  ur: ['(?:ڈسکاؤنٹ|ڈیلیوری|پوسٹل|ٹریکنگ) کوڈ'],
  he: ['קוד (?:ה)?(?:איסוף|הנחה|קופון|שגיאה|לקוח|מוצר|משלוח|הזמנה|מתנה)'],
  hi: ['(?:डिलीवरी|डिस्काउंट|छूट|कूपन|प्रोमो|त्रुटि|ग्राहक|उत्पाद|पिन|पिकअप|रेफरल) कोड'],
  bn: ['(?:ডেলিভারি|ডিসকাউন্ট|কুপন|প্রোমো|রেফারেল|পোস্ট) কোড'],
  'South India': ['(?:கூப்பன்|தள்ளுபடி|కూపన్|డెలివరీ|ಕೂಪನ್|കൂപ്പൺ) ?(?:குறியீடு|కోడ్|ಕೋಡ್|കോഡ്)'],
  th: ['รหัส(?:รับพัสดุ|รับสินค้า|ส่วนลด|สมาชิก|ลูกค้า|สินค้า|ไปรษณีย์|ข้อผิดพลาด|พัสดุ|การจอง|คูปอง|แนะนำ)'],
  vi: ['mã (?:giảm giá|khuyến mãi|khách hàng|vận đơn|sản phẩm|đơn hàng|đặt chỗ|lỗi|giới thiệu|nhận hàng|bưu|số thuế|ưu đãi|quà)'],
  'id, ms': [
    'kode? (?:pengambilan|pelanggan|promo|diskon|voucher|kupon|pos|produk|barang|kesalahan|error|booking|pemesanan|referral|undangan|resi|diskaun|pelanggan|produk)',
    'kod (?:diskaun|promosi|pelanggan|poskod)',
  ],
  tl: ['(?:promo|referral|pick-?up|delivery) code'],
  zh: [
    '(?:取件|取货|取貨|提货|提貨|优惠|優惠|折扣|兑换|兌換|邀请|邀請|推荐|推薦|错误|錯誤|商品|产品|產品|会员|會員|客户|客戶|邮政|郵遞|条形|條碼|二维|统一社会信用|订单|訂單|预订|預訂|运单)(?:编|編)?(?:码|碼|代码|代碼|号|號)',
  ],
  ja: [
    '(?:クーポン|割引|招待|紹介|商品|製品|エラー|会員|お客様|顧客|予約|注文|受取|受け取り|引換|郵便|ギフト|プロモーション|管理|追跡|問い合わせ|問合せ|受付|伝票|登録|口座|電話)(?:ID)?(?:コード|番号)',
  ],
  ko: [
    '(?:쿠폰|할인|초대|추천|상품|제품|오류|회원|고객|예약|주문|수령|픽업|우편|송장|운송장|접수|계좌|전화|문의|사물함) ?(?:코드|번호)',
  ],
  sw: ['msimbo wa (?:punguzo|ofa|hitilafu|bidhaa|mteja)'],
};
