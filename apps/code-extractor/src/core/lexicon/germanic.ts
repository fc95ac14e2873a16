import type { Lexicon } from './words.ts';

export const GERMANIC: Lexicon = {
  en: {
    happened:
      'access request, requests access, requested access, asks for access, new sign in, new login, new log in, successful login, was changed, has been changed, have been changed, password changed, email changed, password updated, has been updated, was updated, was reset, has been reset, was added, has been added, was removed, has been removed, has been enabled, was enabled, enabled, has been disabled, disabled, is now on, you added, you changed, you removed, new reply, replied, mentioned you, commented, shared, invited you, sent you, new message, new comment, wrote',
    password: 'password*',
    code: 'code, *code, pin, one time password, one time pass, secret code',
    passcode:
      'otp, otps, passcode, mtan, verification code, security code, authentication code, login code, sign in code, log in code, access code, one time code, one time pin, 2fa code, mfa code, login token, security key',
    digits: 'digits, *digit code, characters, number, numbers, sequence, key, token, combination',
    proof:
      'verif*, confirm, confirms, confirming, confirmation, authenti*, authoris*, authoriz*, approve*, one time, single use, sign in, signing in, signin*, sign up, signing up, log in, log into, logging in, login*, log on, security, two factor, 2 factor, two step, 2 step, 2fa, mfa, recover*, activat*, unlock*, access, register*, registration, reset*, prove, identity, finish setting up, set up your account, create your account, account creation, pairing code, to pair, pair your, get you in, let you in, get in, complete your, link your, new device, change your email, change your password, change of email, delete your account, account deletion, magic code, magic link, device',
    enter: 'enter, entering, type, typing, use, input, paste, copy, fill in, key in, tap in, punch in, pop, provide',
    given: "here is, here's, here are, your",
    other:
      'order, orders, ordered, invoice*, tracking, track your, parcel*, package, shipment*, shipped, shipping, receipt*, booking*, reservation*, itinerary, boarding, promo, promo code, promotion*, coupon*, voucher*, discount*, gift card*, gift code, gift, redeem*, % off, off your, save up, zip code, postcode, postal code, pick up*, pickup*, collection, ready to collect, locker*, delivery, deliver*, courier, barcode, qr code, checkout, referral*, refer a friend, invite code, invitation code, api key, meeting, webinar*, dial in, conference, room, door, gate code, entry code, wi fi, wifi, network key, licence, license key, product key, serial, recovery codes, backup codes, appointment, ticket, tickets, seat, concert, raffle, lottery, lucky, prize, prizes, congratulations, winner, winning, newsletter, donation, fundraiser, membership, loyalty, points, statement, error code, status code, exit code, course, your class, class pass, class code, sort code, swift, iban, source code, dress code, code review*, project code, event code, module code, confirmation number, confirmation no, pull request, build, esim, stay, check in, guest, guests, hotel, airline, flight, show this code, show the code, table for, prescription, cashback, friends, friend, book now, and book, meeting id, invitation, inviting you, one tap mobile, auth code, payment approved, was approved, has been approved, was declined, was charged',
    label:
      'rfc, iso, cve, error, section, sections, clause, chapter, article, page, setup key, temporary password, initial password, browser, user agent, case, incident, reference, ref, request, request id, id, account number, account no, account, customer, member, user id, no, nr, phone, tel, call, hotline, fax, mobile, card, ending, ending in, ends in, ending with, ip, version, company no, company number, registered number, registered no, registration number, registration no, firm reference, vat, suite, box, street, po box, transaction, policy, contract, event, survey, poll, device, model, port, room, extension, issue, job, student, employee, claim, commit, pipeline, build, changeset',
    valid:
      'expire*, valid*, good for, works once, self destruct*, works for, active for, within, only lasts, lasts, run out, time out',
    minutes: 'minute*, min, mins, min.',
    hours: 'hour*, hrs, hr',
    secret:
      "share*, disclose*, forward*, anyone, anybody, nobody, no one, never tell, tell no, not tell, never give, do not give, don't give, not even us, will never ask, ignore*, disregard, keep it to yourself, confidential",
    denied:
      "wasn't me, not me, don't recognize, do not recognize, don't recognise, not you, wasn't you, didn't request, did not request, didn't ask, didn't try, did not try, did not make, didn't make, did not attempt, didn't attempt, did not initiate, didn't initiate, did not sign, did not authorize, did not authorise, unauthorised, unauthorized",
  },
  de: {
    happened:
      'neue anmeldung, neuer login, wurde geändert, wurden geändert, geändert, aktualisiert, wurde hinzugefügt, entfernt, ist jetzt aktiv, wurde aktiviert, wurde deaktiviert, neue nachricht, neue antwort, kommentar, erwähnt, geteilt, eingeladen',
    password: 'passwort*, *passwort*',
    code: 'code, *code, pin, *pin, schlüssel, *schlüssel',
    passcode:
      'tan, *tan, einmalcode, einmalpasswort*, einmalkennwort*, bestätigungscode, überprüfungscode, prüfcode, verifikationscode, verifizierungscode, sicherheitscode, signaturcode, anmeldecode, zugangscode',
    digits: 'ziffern*, *ziffern, zeichen, zahl, zahlen, *zahl, zahlenfolge, zeichenfolge, nummer',
    proof:
      'bestätig*, verifizier*, verifikation*, *anmeld*, melde dich, melden sie sich, logge dich, loggen sie sich, einlogg*, einzulogg*, login*, zugang*, zugriff*, einmal*, sicherheits*, authentifizier*, authentisier*, freigabe*, freizugeb*, freischalt*, aktivier*, registrier*, zurücksetz*, zurückzusetz*, identität*, legitim*, autorisier*, entsperr*, zwei faktor*, gerät*, reinkommen, kommst du rein, konto erstell*',
    enter: 'gib, geben, eingeben, einzugeben, eingib*, verwende*, nutze*, tippe*, trag, trage, tragen, kopier*, benutze*',
    other:
      'bestell*, *bestellung*, rechnung*, *rechnung, sendung*, *sendung, gutschein*, *gutschein*, rabatt*, *rabatt*, abhol*, postleitzahl*, plz, paket*, *paket, lieferung*, zustell*, *zustell*, buchung*, *buchung*, reservier*, geschenk*, aktionscode*, einladungscode*, empfehlungscode*, packstation*, schließfach*, türcode*, wlan*, newsletter*, versand*, lizenz*, termin*, ticket*, fehlercode*, barcode*, qr code*, gewinnspiel*, treuepunkte, auftragsnummer, auftragsbestätigung*, spare*, sparst, übertragungscode, besprechung*, videokonferenz*, prämie*',
    label:
      'ereignis, benutzer, fehler, startkennwort*, startpasswort*, initialkennwort*, initialpasswort*, bestätigungsnummer, kundennummer, kunden nr, *nummer, vorgang*, referenz*, aktenzeichen, telefon*, tel, hotline, konto*, karte*, endet auf, mit endung, endziffern, artikel*, blz, iban, mitglieds*, vertrag*, version*, hrb, handelsregister*, registernummer, steuernummer, ust*, postfach, nr, ip',
    valid: 'gültig*, gilt, verfällt, läuft, abgelaufen, ablauf*, erlischt',
    minutes: 'minute*, min',
    hours: 'stunde*, std',
    secret: 'weitergeben, weiter geben, gib ihn nie*, teile*, teilen, verrat*, niemand*, ignorier*, keinem, geheim*, vertraulich',
    denied: 'warst du das nicht, waren sie das nicht, war ich nicht, nicht du, nicht selbst, nicht angefordert',
  },
  nl: {
    happened:
      'nieuwe aanmelding, nieuwe inlog, is gewijzigd, gewijzigd, is toegevoegd, verwijderd, is ingeschakeld, nieuw bericht, reactie, genoemd, gedeeld, uitgenodigd',
    password: 'wachtwoord*',
    code: 'code, *code, pincode, pin',
    passcode:
      'verificatiecode*, inlogcode*, beveiligingscode*, bevestigingscode*, toegangscode*, eenmalige code*, eenmalig wachtwoord, eenmalige wachtwoord',
    digits: 'cijfer*, tekens, getal*, nummer',
    proof:
      'verifi*, bevestig*, inlog*, in te loggen, log in, ingelogd, aanmeld*, aan te melden, meld je aan, meld u aan, eenmalig*, beveilig*, toegang*, authenticatie*, activer*, registr*, herstel*, opnieuw in te stellen, identiteit, goedkeur*, goed te keuren, ontgrendel*, verder te gaan, apparaat, machtig*',
    enter: 'voer, vul, gebruik*, typ, tik, toets, kopieer, plak, invoeren, in te voeren',
    other:
      'bestel*, *bestelling, factuur*, *factuur, zending*, pakket*, *pakket, *pakje, afhaal*, ophaal*, bezorg*, korting*, *korting, actiecode*, cadeau*, postcode*, reserver*, *reservering, boeking*, uitnodigingscode*, deurcode*, verzend*, levering, bon, kluis*, nieuwsbrief, licentiesleutel*, spaarpunten, voordeel*, vergadering*, afspraak',
    label: 'klantnummer, *nummer, referentie, dossier*, telefoon*, rekening*, pas, eindigend op, kvk, btw, nr, kenmerk',
    valid: 'geldig*, verloopt, verval*, vervallen',
    minutes: 'minut*, minuten, minuut, min',
    hours: 'uur, uren',
    secret: 'deel*, delen, niemand, negeer*, negeren, geheim',
    denied: 'niet jij, niet aangevraagd',
  },
  af: {
    password: 'wagwoord*',
    code: 'kode*, *kode',
    digits: 'syfers, nommer',
    proof:
      'verifi*, bevestig*, aanmeld*, aan te meld, teken in, aan te teken, in te teken, aanteken*, inteken*, sekuriteit*, sekuriteits*, eenmalig*, eenkeer*, toegang*, registr*, herstel*, aktiveer*',
    enter: 'gebruik*, voer, tik',
    other: 'bestel*, faktuur*, pakkie*, afslag*, koepon*, aflewer*, afhaal*, poskode*, bespreking*, geskenk*',
    label: 'verwysing*, kliënt*, telefoon*, *nommer',
    valid: 'verval*, geldig*, verstryk*',
    minutes: 'minute, minuut, minuten',
    hours: 'uur, ure',
    secret: 'deel*, niemand, ignoreer*',
  },
  lb: {
    code: 'code*, *code',
    proof:
      'bestäteg*, umell*, anzeloggen, aloggen, verifizéier*, verifikatioun*, sécherheet*, eemoleg*, eemol*, zougang*, zougrëff*, aktivéier*, registréier*',
    enter: 'gitt, benotzt, benotz',
    other: 'bestellung*, rechnung*, pak, päck*, rabatt*, livraison*, liwwerung*, bong',
    valid: 'gülteg*, gëllt, leeft',
    minutes: 'minutt*, minutten',
    hours: 'stonn*',
    secret: 'deelt*, keng*, ignoréier*',
  },
  sv: {
    happened:
      'ny inloggning, har ändrats, ändrat, ändrats, har lagts till, har aktiverats, nytt meddelande, kommentar*, nämnde dig, delade, inbjud*, bjudit in',
    password: 'lösenord*',
    code: 'kod, koden, *kod, *koden, pinkod, engångslösenord*',
    digits: 'siffr*, tecken, nummer',
    proof:
      'verifi*, bekräft*, inlogg*, logga in, loggar in, engång*, säkerhet*, åtkomst*, autentiser*, aktiver*, registrer*, återställ*, godkänn*, identit*, ny enhet, låsa upp',
    enter: 'ange, använd*, skriv*, fyll i, mata in, knappa in, slå in, kopiera',
    other:
      'beställning*, order*, faktur*, *faktura, paket*, *paket, försändelse*, leverans*, rabatt*, hämtkod*, hämta*, avhämt*, utlämn*, upphämt*, presentkort*, kampanj*, kupong*, postnummer, bokning*, *bokning, kvitto*, portkod*, inbjudningskod*, nyhetsbrev*, möte*, kolli*, erbjudande*, ombud*',
    label: 'kundnummer, *nummer, referens*, ärende*, telefon*, konto*, kort*, slutar på, org nr, nr',
    valid: 'gäller, giltig*, upphör*, går ut, löper ut',
    minutes: 'minut*, min',
    hours: 'timm*, timmar, tim',
    secret: 'dela*, ingen, ignorera*, bortse, hemlig*',
    denied: 'inte du, inte begärt',
  },
  no: {
    happened:
      'ny innlogging, ny pålogging, er endret, endret, ble endret, lagt til, ny melding, kommenterte, nevnte deg, delte, invitert',
    password: 'passord*',
    code: 'kode, koden, *kode, *koden, engangspassord*',
    digits: 'siffer*, sifre*, tegn, tallet, tallene, nummeret',
    proof:
      'verifi*, bekreft*, stadfest*, eingong*, innlogg*, logge inn, logg inn, logger inn, pålogg*, logge på, engangs*, sikkerhet*, tilgang*, autentiser*, aktiver*, registrer*, tilbakestill*, godkjenn*, identitet*, ny enhet, låse opp',
    enter: 'bruk*, skriv*, tast*, oppgi, angi, fyll inn, slå inn, lim inn',
    other:
      'bestilling*, ordre*, faktura*, pakke*, *pakke, *pakken, sending*, levering*, rabatt*, hentekode*, hente, hentes, utlever*, gavekort*, kampanje*, kupong*, postnummer*, reservasjon*, kvittering*, dørkode*, invitasjonskode*, nyhetsbrev*, møte*, tilbud*, kolli*',
    label: 'kundenummer, *nummer, referanse*, sak*, telefon*, konto*, kort*, slutter på, org nr, nr',
    valid: 'gyldig*, gjelder, utløp*, varer',
    minutes: 'minutt*, min',
    hours: 'time*, timer',
    secret: 'del*, dele, ingen, noen, ignorer*, hemmelig*, andre',
    denied: 'ikke deg, ikke ba om',
  },
  da: {
    happened:
      'nyt login, ny indlogning, er ændret, er blevet ændret, ændret, tilføjet, ny besked, kommenterede, nævnte dig, delte, inviteret',
    password: 'adgangskode*, kodeord*, password*',
    code: 'kode, koden, *kode, *koden, *adgangskode, pinkode',
    digits: 'cifre*, cifret, tegn, tallet, tallene, nummeret',
    proof:
      'verific*, verifik*, bekræft*, log ind, logge ind, logger ind, login*, indlogg*, engangs*, sikkerhed*, adgang*, godkend*, autentific*, aktiver*, registrer*, nulstil*, identitet*, ny enhed, låse op, oprette din',
    enter: 'brug*, indtast*, skriv*, angiv, tast*, kopier*',
    given: 'dit',
    other:
      'bestilling*, ordre*, faktura*, pakke*, *pakke, *pakken, forsendelse*, levering*, rabat*, afhent*, udlever*, gavekort*, kampagne*, kupon*, postnummer*, reservation*, kvittering*, dørkode*, invitationskode*, nyhedsbrev*, møde*, tilbud*, booking*',
    label: 'kundenummer, kundenr, *nummer, reference*, sag*, sagsnr, telefon*, konto*, kort*, ender på, cvr, nr',
    valid: 'gyldig*, gælder, udløb*',
    minutes: 'minut*, min',
    hours: 'time*, timer',
    secret: 'del*, dele, ingen, nogen, ignorer*, hemmelig*, andre',
    denied: 'ikke dig, ikke har bedt',
  },
  is: {
    password: 'lykilorð*',
    code: 'kóði*, kóð*, *kóð*, *kóði, lykilorð*, númer',
    digits: 'tölustaf*, tölur*, töluna, talan, stafi*, tala',
    proof:
      'staðfest*, innskrán*, skrá þig inn, skrá inn, skráir, öryggis*, auðkenn*, aðgang*, einnota, einskiptis*, virkja*, endurstill*, nýskrán*',
    enter: 'sláðu, slá inn, notaðu, settu, nota',
    other:
      'pöntun*, pantan*, reikning*, sending*, pakk*, afslátt*, afsláttar*, afhending*, sækja, póstnúmer*, bókun*, gjafa*, inneign*, fréttabréf*',
    label: 'viðskiptanúmer, tilvísun*, sími, kennitala, *númer',
    valid: 'gildir*, gild*, rennur',
    minutes: 'mínút*, mín',
    hours: 'klukkustund*, klst',
    secret: 'deil*, engum, hunsa*, neinum',
  },
  fo: {
    code: 'kota*, kotu*, *kota, *kotan, loyniorð*',
    proof: 'vátta*, váttan*, staðfest*, innrita*, rita inn, rita teg inn, trygd*, trygdar*, atgongd*, eingang*',
    enter: 'nýt, skriva',
    other: 'bílegging*, rokning*, pakka*, avsláttur*, heinta*',
    valid: 'galdandi*, gongur út',
    minutes: 'minutt*',
    secret: 'deil*, ongum',
  },
  yi: {
    code: 'קאָד*, קאד*',
    proof: 'באשטעטיק*, באַשטעטיק*, אריינלאגירן, אַרײַנלאָגירן, זיכערהייט*, איין מאליג*',
    enter: 'לייגט אריין, ניצט',
    other: 'באשטעלונג*, רעכענונג, פעקל',
    valid: 'גילטיק*',
    minutes: 'מינוט*',
  },
};
