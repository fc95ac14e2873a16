import type { Lexicon } from './words.ts';

export const SLAVIC: Lexicon = {
  pl: {
    happened:
      'nowe logowanie, zostało zmienione, zmienione, zmieniono, dodano, nowa wiadomość, nową wiadomość, komentarz*, udostępnił*, zaprosił*',
    password: 'hasł*',
    code: 'kod, kodu, kodem, hasło jednorazowe, pin',
    passcode: 'kod podpisu, kod weryfikacyjny, kod bezpieczeństwa, kod autoryzacyjny, kod sms, kod logowania',
    digits: 'cyfr*, znak*, numer, ciąg',
    proof:
      'weryfik*, zweryfik*, potwierdz*, potwierdź*, logowani*, zalog*, loguj*, jednoraz*, bezpieczeńst*, autoryz*, uwierzytel*, dostęp*, aktyw*, rejestr*, zarejestr*, reset*, odzysk*, tożsamoś*, zatwierdz*, zatwierdź*, odblok*, nowe urządzenie, dwuetap*',
    enter: 'wpisz*, podaj, użyj*, wprowad*, przepisz*, skopiuj*, wklej*',
    other:
      'zamówieni*, faktur*, przesył*, paczk*, paczkomat*, odbior*, odebra*, odbierz, dostaw*, kurier*, rabat*, promocyj*, kupon*, zniżk*, podarunk*, prezent*, kod pocztowy, rezerwac*, wizyt*, bilet*, kreskow*, polecając*, zaprosz*, skrytk*, drzwi, paragon*, spotkani*, oszczęd*, newsletter*, voucher*, bon, punkty, punktów, domofon*, licencyjn*, błędu',
    label:
      'klienta, numer klienta, nr klienta, referenc*, telefon*, tel, sprawy, zgłoszen*, karty, karta, konta, konto, kończąc*, nip, regon, krs, nr, infolini*, zadzwoń',
    valid: 'ważn*, wygas*, obowiązuje, traci ważność',
    minutes: 'minut*, min',
    hours: 'godzin*, godz',
    secret: 'udostępn*, nikomu, nie podawaj, ignor*, zignor*, przekazuj*, ujawnia*',
    denied: 'to nie ty, nie prosił*',
  },
  cs: {
    happened: 'nové přihlášení, bylo změněno, změněno, změna proběhla, přidáno, nová zpráva, komentář*, sdílel*, pozval*',
    password: 'hesl*',
    code: 'kód, kódu, kódem, jednorázové heslo, pin',
    digits: 'číslic*, čísl*, znak*',
    proof:
      'ověř*, ověřov*, potvrz*, potvrd*, potvrď*, přihlá*, přihlaš*, přihlas*, jednoráz*, bezpečnost*, přístup*, autoriz*, autentiz*, aktiv*, registrac*, zaregistr*, obnov*, resetov*, totožnost*, schvál*, odemk*, nové zařízení',
    enter: 'zadej*, vepiš*, použij*, vlož*, opiš*, napiš*, vypl*',
    other:
      'objednáv*, faktur*, zásil*, balík*, výdej*, vyzvedn*, doručen*, doruč*, slev*, kupón*, kupon*, dárk*, psč, rezerva*, návštěv*, vstupenk*, čárov*, doporuč*, pozvánk*, schránk*, dveř*, účtenk*, schůzk*, ušetř*, newsletter*, voucher*, poukaz*, bod*, sledov*, licenčn*, z-box, akční',
    label: 'zákazn*, referen*, telefon*, tel, případ*, kart*, účt*, končíc*, ičo, dič, č., číslo účtu, linka',
    valid: 'platn*, platí, vyprš*, expir*',
    minutes: 'minut*, min',
    hours: 'hodin*, hod',
    secret: 'sdíl*, nikomu, neposíl*, ignor*, nesděl*',
    denied: 'nebyli jste, nežádal*',
  },
  sk: {
    happened: 'nové prihlásenie, bolo zmenené, zmenené, nová správa, komentár*, pozval*',
    password: 'hesl*',
    code: 'kód, kódu, kódom, jednorazové heslo',
    digits: 'číslic*, čísl*, znak*',
    proof:
      'over*, overov*, potvrd*, potvrď*, prihlás*, prihlas*, jednoraz*, bezpečnost*, prístup*, autoriz*, autentif*, aktiv*, registrác*, zaregistr*, obnov*, resetov*, totožnost*, schvál*, odomk*, nové zariadenie',
    enter: 'zadaj*, použi*, vlož*, opíš*, napíš*',
    other:
      'objednáv*, faktúr*, zásiel*, balík*, výdaj*, vyzdvih*, doruč*, zľav*, kupón*, darček*, psč, rezervác*, vstupenk*, čiarov*, odporúč*, pozvánk*, dver*, účtenk*, newsletter*, poukaz*, prevzat*, body',
    label: 'zákazn*, referen*, telefón*, tel, prípad*, kart*, účt*, končiac*, ičo, č.',
    valid: 'platn*, platí, vyprš*, expir*',
    minutes: 'minút*, min',
    hours: 'hodín*, hodin*, hod',
    secret: 'zdieľ*, nikomu, neposiel*, ignor*',
    denied: 'nežiadal*',
  },
  'hr, bs, sr-Latn': {
    happened: 'nova prijava, je promijenjena, promijenjena, promenjena, nova poruka, komentar*',
    password: 'lozink*',
    code: 'kod, kôd, koda, kôda, kodom, šifra, jednokratna lozinka, jednokratna šifra',
    digits: 'znamenk*, cifr*, broj, brojk*, znakov*',
    proof:
      'potvrd*, potvrđ*, provjer*, prover*, prijav*, verifik*, ovjer*, jednokrat*, sigurnos*, bezbed*, bezbjed*, pristup*, autoriz*, autentif*, aktiv*, registr*, resetir*, ponovno postav*, oporav*, identitet*, odobr*, otključ*, novi uređaj, novom uređaj*',
    enter: 'unesi*, upiši*, upotrijeb*, koristi*, iskoristi*, ukuca*, kopiraj*',
    other:
      'narudžb*, porudžbin*, račun za, račun br, račun broj, predračun*, faktur*, paket*, pošiljk*, preuz*, dostav*, popust*, kupon*, poklon*, promo*, poštanski broj, rezervacij*, termin, karta za, karte za, ulaznic*, barkod*, preporuk*, pozivn*, ormarić*, vrata, sastanak, uštedi*, newsletter*, vaučer*, bodov*, isporuk*',
    label: 'kupca, klijenta, referenc*, telefon*, tel, predmet*, kartic*, račun*, završava, oib, jib, pib, br',
    valid: 'vrijedi*, važi*, vazi*, istič*, istek*, valjan*',
    minutes: 'minut*, min',
    hours: 'sat, sata, sati, časov*',
    secret: 'dijel*, del*, nikome, nikom, ignorir*, zanemari*',
    denied: 'niste vi, niste zatražili',
  },
  sl: {
    password: 'gesl*',
    code: 'koda, kodo, kode, kod, *koda, geslo za enkratno uporabo, enkratno geslo',
    digits: 'števk*, števil*, znak*',
    proof:
      'potrd*, potrj*, preverj*, preverit*, prijav*, enkratn*, varnost*, dostop*, avtoriz*, avtentik*, aktivir*, registr*, ponastav*, identitet*, odobr*, odklen*, vpis*, overi*, overj*',
    enter: 'vnesi*, vpiši*, uporabi*, prepiši*',
    other:
      'naročil*, račun za, račun št, predračun*, faktur*, paket*, pošiljk*, prevzem*, dostav*, popust*, kupon*, darilo*, darilni*, poštna številka, rezervacij*, vstopnic*, črtna koda, promocijsk*, povabil*, omaric*, novic*',
    label: 'stranke, kupca, referenc*, telefon*, tel, kartic*, št',
    valid: 'velja*, veljavn*, poteč*, potek*',
    minutes: 'minut*, min',
    hours: 'ura, ure, ur',
    secret: 'deli*, nikomur, prezri*, ignorir*',
    denied: 'niste vi',
  },
  ru: {
    happened:
      'новый вход, выполнен вход, изменён, изменен, изменена, изменено, изменены, добавлен*, новое сообщение, комментарий, поделил*, пригласил*',
    password: 'парол*',
    code: 'код, кода, кодом, коде, одноразовый пароль, пароль для входа, пин',
    passcode: 'код подтверждения, проверочный код, код доступа, код безопасности, код авторизации, код для входа',
    digits: 'цифр*, символ*, номер, число, комбинаци*',
    proof:
      'подтвержд*, подтверд*, провер*, вход*, войти, войдите, авториз*, одноразов*, безопасн*, доступ*, аутентиф*, идентиф*, актив*, регистрац*, зарегистр*, сброс*, восстанов*, личност*, разблок*, верифик*, двухэтап*, двухфактор*, новое устройство, нового устройства, смен*, привяз*',
    enter: 'введите, введи, впишите, напишите, вводите, ввести, используй*, укажите, вставьте, скопируйте, наберите',
    other:
      'заказ*, счёт, счет на оплату, посылк*, отправлени*, доставк*, выдач*, получени*, курьер*, скидк*, промокод*, купон*, акци*, подар*, сертификат*, почтовый индекс, бронир*, брони, билет*, штрихкод*, приглас*, постамат*, ячейк*, домофон*, чек, встреч*, конференц*, рассылк*, трек*, бонус*, розыгрыш*, баллы, баллов, накладн*, лицензионн*, запис* на при*, вебинар*',
    label:
      'клиент*, телефон*, тел, обращени*, заявк*, карт*, счет*, счёт*, договор*, инн, огрн, номер заявки, ошибк*, заканчива*, звоните, горячая линия, №',
    valid: 'действ*, истек*, истеч*, годен, срок',
    minutes: 'минут*, мин',
    hours: 'час, часа, часов',
    secret: 'сообщайте, сообщай, передавайте, никому, третьим лицам, игнор*, проигнор*, не делитесь, конфиденциальн*',
    denied: 'это были не вы, не вы, не запрашивал*',
  },
  uk: {
    happened: 'новий вхід, змінено, додано, нове повідомлення, коментар*, поділи*, запроси*',
    password: 'парол*',
    code: 'код, коду, кодом, одноразовий пароль',
    digits: 'цифр*, символ*, номер, число',
    proof:
      'підтвердж*, підтверд*, перевір*, вход*, вхід*, увійти, увійд*, входу, авториз*, однораз*, безпек*, доступ*, автентиф*, актив*, реєстрац*, зареєстр*, скид*, віднов*, особ*, розблок*, верифік*, двоетап*, двофактор*, новий пристрій, нового пристрою, зміни паро*, зміну',
    enter: 'введіть, введи, наберіть, напишіть, використ*, вкажіть, вставте, скопіюйте',
    other:
      'замовлен*, рахунок на*, рахунок фактур*, посилк*, відправлен*, доставк*, видач*, отриман*, знижк*, промокод*, купон*, акці*, подарун*, поштовий індекс, бронюв*, квит*, штрихкод*, запрош*, поштомат*, комірк*, домофон*, чек, зустріч*, розсилк*, ттн, накладн*, бонус*',
    label: 'клієнт*, телефон*, тел, зверненн*, заявк*, картк*, рахун*, єдрпоу, іпн, закінчу*, №',
    valid: 'дійсн*, діє, закінч*, термін*',
    minutes: 'хвилин*, хв',
    hours: 'годин*, год',
    secret: 'повідомляйте, передавайте, нікому, ігнор*, проігнор*, діліться',
    denied: 'це були не ви, не ви',
  },
  be: {
    password: 'парол*',
    code: 'код, кода, кодам, аднаразовы пароль',
    digits: 'лічб*, сімвал*, нумар',
    proof:
      'пацвярдж*, пацверджан*, пацвердз*, праверк*, праверц*, уваход*, увайс*, увайдз*, аўтарыз*, аднаразов*, бяспек*, доступ*, актыв*, рэгістр*, скід*, аднаўлен*',
    enter: 'увядз*, выкарыст*',
    other:
      'заказ*, замов*, рахунак за, пасылк*, дастаўк*, зніжк*, прамакод*, купон*, падарун*, браніраван*, білет*, атрыман*, выдач*',
    valid: 'дзейн*, дзейнічае, сапраўдн*, мінае',
    minutes: 'хвілін*',
    hours: 'гадзін*',
    secret: 'паведамляйце, нікому, ігнар*, дзяліцеся, перадавайце',
  },
  bg: {
    happened: 'нов вход, ново влизане, променена, променен, добавен*, ново съобщение, коментар*, покани*',
    password: 'парол*',
    code: 'код, кода, кодът, еднократна парола',
    digits: 'цифр*, символ*, номер, число',
    proof:
      'потвърд*, потвържд*, провер*, вход*, влез*, влиз*, еднократ*, сигурн*, достъп*, удостовер*, автентик*, верифик*, актив*, регистр*, нулир*, възстанов*, самоличност*, одобр*, отключ*, ново устройство, смян*',
    enter: 'въведе*, въвежд*, използва*, напише*, копира*',
    other:
      'поръчк*, фактур*, пратк*, доставк*, получаван*, получите, вземан*, отстъпк*, промо*, купон*, подарък*, подаръч*, ваучер*, пощенски код, резервац*, билет*, баркод*, покан*, автомат*, касова бележка, среща*, бюлетин*, товарителниц*, точки, спестете',
    label: 'клиент*, телефон*, тел, случай, референ*, карта*, сметка*, завършва*, еик, №',
    valid: 'валид*, изтич*, изтеч*, важи',
    minutes: 'минут*, мин',
    hours: 'час, часа',
    secret: 'споделя*, никого, никому, игнорира*, пренебрегн*',
    denied: 'не сте вие, не сте поискали',
  },
  mk: {
    password: 'лозинк*',
    code: 'код, кодот, еднократна лозинка',
    digits: 'цифр*, број, бројк*',
    proof:
      'потврд*, провер*, најав*, еднократ*, безбедн*, сигурн*, пристап*, верифик*, автентик*, активир*, регистр*, ресетир*, идентитет*, одобр*',
    enter: 'внесе*, употреб*, користе*',
    other:
      'нарачк*, фактур*, сметка за, пратк*, пакет*, достав*, подигн*, попуст*, купон*, промо*, подарок*, поштенски, резервац*, билет*, покан*',
    label: 'клиент*, телефон*, тел, картичк*',
    valid: 'важи, валид*, истек*',
    minutes: 'минут*, мин',
    hours: 'час, часа, часови',
    secret: 'споделув*, никого, никому, игнорир*',
  },
  sr: {
    password: 'лозинк*',
    code: 'код, кôд, кода, кодом, шифра, једнократна лозинка',
    digits: 'цифр*, број, бројев*, знаков*',
    proof:
      'потврд*, потврђ*, провер*, пријав*, верифик*, једнократ*, сигурн*, безбед*, приступ*, аутентиф*, ауториз*, активир*, активац*, регистр*, ресетов*, опорав*, идентитет*, одобр*, нови уређај, новом уређај*',
    enter: 'унесите, унеси, упиши*, укуца*, искористи*, користи*',
    other:
      'поруџбин*, наруџб*, рачун за, рачун број, фактур*, пакет*, пошиљк*, преузим*, достав*, попуст*, купон*, промо*, поклон*, поштански, резервац*, карта за, карте за, авио карт*, улазниц*, баркод*, позивн*',
    label: 'купца, клијент*, телефон*, тел, предмет*, картиц*, пиб',
    valid: 'важи, истич*, истек*, вреди, вриједи',
    minutes: 'минут*, мин',
    hours: 'сат, сата, сати, час*',
    secret: 'дели*, никоме, никим, игнориш*, занемари*, дијели*',
  },
};
