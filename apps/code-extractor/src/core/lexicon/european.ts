import type { Lexicon } from './words.ts';

/** Languages of Europe that are neither Germanic, Romance nor Slavic, and Esperanto. */
export const EUROPEAN: Lexicon = {
  fi: {
    happened:
      'uusi kirjautuminen, on vaihdettu, vaihdettu, vaihdettiin, muutettu, lisätty, uusi viesti, kommentoi*, jakoi, kutsui',
    password: 'salasan*',
    passcode: 'kertakäyttösalasana*, kertakäyttökoodi*',
    code: 'koodi*, *koodi, *koodisi, *koodin, *koodia, *koodilla, *koodiasi, *koodillasi, tunnusluku*, *salasana, pin',
    digits: 'numero*, numeroa, merkk*, merkki*, luku, luvun',
    proof:
      'vahvist*, varmenn*, kirjaudu*, kirjautu*, kertakäyt*, kertakirjaut*, turva*, tunnist*, todenn*, pääsy*, aktivo*, rekister*, palaut*, nollaa*, hyväks*, henkilöllis*, uusi laite, uudella laitteella, avaa tili*, luo tili*',
    enter: 'anna, syötä*, syöttä*, käytä*, kirjoita*, näppäile*, kopioi*, liitä',
    other:
      'tilau*, tilaus*, lasku*, paket*, *paketti, lähety*, toimitu*, nouto*, nouda*, noudet*, alennu*, lahjakort*, tarjou*, kuponki*, kampanja*, postinumero*, varau*, *varaus, kuitti*, ovikoodi*, kutsukood*, viivakood*, lokero*, uutiskirje*, kokou*, lippu*, liput, ajanvarau*, etu, etukood*',
    label: 'asiakas*, viite*, puhelin*, puh, kortti*, tili*, y-tunnus, päättyvä*, nro',
    valid: 'voimassa*, vanhen*, vanhentuu, umpeutu*',
    minutes: 'minuut*, min',
    hours: 'tunti*, tunnin, tuntia',
    secret: 'jaa*, kenellekään, kenenkään, ohita*, jätä huomiotta, paljasta',
    denied: 'et ollut sinä, et pyytänyt',
  },
  et: {
    password: 'parool*, salasõna*',
    code: 'kood*, *kood, *koodi, *koodiga, salasõna*, parool',
    digits: 'numbr*, märk*, number',
    proof:
      'kinnit*, kinnitus*, sisselog*, logi sisse, logige sisse, sisse log*, sisene*, ühekord*, turva*, ligipääs*, juurdepääs*, autent*, tuvast*, aktiveeri*, registr*, lähtest*, taasta*, heaks kiit*, isikut*, uus seade, uue seadme',
    enter: 'sisesta*, kasuta*, kirjuta*, kopeeri*',
    other:
      'tellimu*, arve*, pak*, pakk*, paki*, saadetis*, tarne*, väljastus*, järele, soodus*, allahind*, kinkekaart*, kampaania*, kupong*, postiindeks*, sihtnumber, broneeri*, pilet*, uksekood, kutse*, kapi*, uudiskiri*',
    label: 'klient*, viite*, telefon*, tel, kaart*, konto*, lõppe*, nr',
    valid: 'kehti*, aegu*',
    minutes: 'minut*, min',
    hours: 'tund*, tunni',
    secret: 'jaga*, kellegagi, kellelegi, ignoreeri*',
    denied: 'ei olnud sina',
  },
  hu: {
    happened:
      'új bejelentkezés, megváltozott, módosult, megváltoztatva, hozzáadva, új üzenet, hozzászól*, megosztott*, meghívott',
    password: 'jelszó*, jelszav*',
    code: 'kód*, *kód, *kódja, *kódod, *kódot, *kódját, *kódoddal, *kóddal, *kódjával, jelszó, *jelszó',
    digits: 'szám*, számjegy*, karakter*',
    proof:
      'ellenőrz*, ellenőriz*, megerősít*, erősítse meg, erősítsd meg, igazol*, hitelesít*, azonosít*, bejelentkez*, belép*, lépj be, lépjen be, jelentkezz be, jelentkezzen be, egyszer*, biztonság*, hozzáfér*, aktivál*, regisztr*, visszaállít*, jóváhagy*, feloldás*, személyazon*, új eszköz*, visszaigazoló, beléphess*',
    enter: 'írd be, írja be, beír*, add meg, adja meg, használ*, gépel*, másol*, illessz*, üsd be',
    other:
      'rendelés*, számla*, csomag*, szállít*, futár*, átvétel*, átvehet*, átvételi*, kedvezmény*, kupon*, akciós*, ajándék*, utalvány*, irányítószám*, foglalás*, időpont*, jegy*, vonalkód*, meghív*, kapukód*, nyugta*, hírlevél*, pontok, licenckulcs*, megbeszélés*, automata, automatá*',
    label: 'ügyfél*, hivatkozás*, telefon*, tel, ügyszám*, kártya*, számlaszám*, adószám*, végződő*, cégjegyzék*',
    valid: 'érvényes*, lejár*, hatályos*',
    minutes: 'perc*',
    hours: 'óra*, órán',
    secret: 'ossz*, oszd, senki*, hagy* figyelmen kívül, titok*',
    denied: 'nem te, nem ön, nem kért*',
  },
  el: {
    happened: 'νέα σύνδεση, άλλαξε, τροποποιήθηκε, προστέθηκε, νέο μήνυμα, σχόλιο, κοινοποίησε, σας προσκάλεσε',
    password: 'κωδικ* πρόσβασης, νέος κωδικός, νέο κωδικό, νέου κωδικού, συνθηματικ*',
    code: 'κωδικ*, κωδικός, pin',
    digits: 'ψηφί*, αριθμ*, χαρακτήρ*',
    proof:
      'επαλήθευσ*, επαληθεύ*, επιβεβαι*, επιβεβαί*, επιβεβαίωσ*, σύνδεσ*, συνδεθ*, συνδέ*, είσοδο*, εισόδου, ασφαλ*, μίας χρήσης, μιας χρήσης, μίας φοράς, πρόσβασ*, ταυτοποίη*, ταυτότητ*, ενεργοποι*, ενεργοποί*, εισέλθ*, εγγραφ*, επαναφορ*, επαναφέρ*, έγκρισ*, εγκρίν*, νέα συσκευή',
    enter: 'εισαγ*, εισάγ*, πληκτρολογ*, χρησιμοποι*, γράψ*, συμπληρώ*, αντιγράψ*',
    other:
      'παραγγελ*, τιμολόγ*, δέμα*, δέματ*, αποστολ*, παράδοσ*, παραλαβ*, παραλά*, έκπτωσ*, κουπόν*, δωροκάρτ*, δώρο*, προσφορ*, προωθητικ*, ταχυδρομικ*, κράτησ*, ραντεβού, εισιτήρι*, πρόσκλησ*, απόδειξ*, συνάντησ*, ενημερωτικό*, πόντ*, θυρίδ*, locker',
    label: 'πελάτ*, αναφορ*, τηλέφων*, τηλ, υπόθεσ*, κάρτα*, κάρτας, λογαριασμ* που λήγει, αφμ, αρ, γεμη',
    valid: 'λήγ*, ισχύ*, έγκυρ*',
    minutes: 'λεπτ*',
    hours: 'ώρα, ώρες, ωρών',
    secret: 'μοιρα*, κοινοποι*, κανέν*, αγνοή*, αποκαλύ*',
    denied: 'δεν ήσασταν, δεν ήσουν, δεν ζητήσατε',
  },
  lv: {
    password: 'parol*',
    code: 'kods, kodu, koda, kodā, parole, pin',
    digits: 'cipar*, simbol*, skaitl*',
    proof:
      'apstipr*, apstiprin*, verific*, verifik*, pieteik*, piesak*, ienāk*, pieslēg*, ielogo*, vienreiz*, droš*, piekļu*, autent*, autoriz*, aktiviz*, reģistr*, atiestat*, atjauno*, identit*, pārbaud*, jauna ierīce',
    enter: 'ievad*, ievadiet, izmanto*, ieraksti*, kopēj*',
    other:
      'pasūtīj*, rēķin*, sūtīj*, paka, paku, pakas, pakomāt*, piegād*, saņemšan*, izņem*, atlaid*, kupon*, dāvan*, akcij*, pasta indekss, rezervācij*, biļet*, svītrkod*, uzaicin*, durvju, čeks, jaunum*',
    label: 'klient*, atsauc*, tālrun*, tālr, kart*, kont*, beidzas ar, reģ, nr',
    valid: 'derīg*, derig*, spēkā, beidzas, beigsies',
    minutes: 'minū*, min',
    hours: 'stund*',
    secret: 'neizpaud*, nevienam, nedalieties, dalieties, ignorē*, ignorējiet',
  },
  lt: {
    password: 'slaptažod*',
    code: 'kodas, kodą, kodo, kodu, slaptažod*, pin',
    digits: 'skaitmen*, simbol*, skaičių, skaičius, numerį',
    proof:
      'patvirtin*, prisijung*, prisijunk*, vienkart*, saugum*, saugos, prieig*, autent*, tapatyb*, aktyv*, registr*, užregistr*, atkur*, atstat*, tikrin*, naujas įrenginys, naujame įrenginyje',
    enter: 'įvesk*, suvesk*, naudok*, panaudok*, įrašyk*, nukopijuok*',
    other:
      'užsakym*, sąskait*, siunt*, paštomat*, pristat*, atsiėm*, atsiim*, nuolaid*, kupon*, dovan*, akcij*, pašto kodas, rezervacij*, biliet*, brūkšnin*, kvietim*, durų, kvit*, naujienlaiš*, klaidos',
    label: 'klient*, nuorod*, telefon*, tel, kortel*, sąskaitos, besibaigian*, nr',
    valid: 'galioj*, galios, baigiasi, baigsis',
    minutes: 'minu*, min',
    hours: 'valand*, val',
    secret: 'nesidalink*, nesidalyk*, niekam, ignoruok*, neatskleisk*, su niekuo',
  },
  sq: {
    password: 'fjalëkalim*',
    code: 'kodi, kod, kodin, fjalëkalim* njëpërdorimsh*',
    digits: 'shifra*, numri, numrin',
    proof:
      'verifik*, konfirm*, hyrje*, hyni, hyr, hyrë, hyrja, identifik*, njëpërdorimsh*, një herë, siguri*, qasje*, akses*, aktiviz*, regjistr*, rivendos*, vërtet*, kyçje*, kyçu*',
    enter: 'vendos*, fut*, shkruani, shkruaj, përdor*, kopjo*',
    other:
      'porosi*, fatur*, pako*, dërges*, zbritje*, tërheq*, kupon*, dhurat*, kodi postar, rezervim*, bilet*, ftes*, promoc*, dorëzim*, ofert*',
    label: 'klient*, referenc*, telefon*, tel, kart*, nr',
    valid: 'skadon, skad*, vlen, vlef*, i vlefshëm',
    minutes: 'minut*',
    hours: 'orë, ore',
    secret: 'ndani, ndaj, askënd, askujt, injor*, shpërfill*',
  },
  cy: {
    password: 'cyfrinair*',
    code: 'cod, côd, *god, chod, gyfrinair untro',
    digits: 'digid*, rhif*',
    proof:
      'dilysu, ddilysu, cadarnh*, gadarnh*, gwirio, wirio, mewngofnod*, fewngofnod*, diogelwch, ddiogelwch, untro, un tro, mynediad, gofrest*, cofrest*, ailosod*, actifadu',
    enter: 'rhowch, nodwch, defnydd*, teipiwch',
    other: 'archeb*, anfoneb*, parsel*, gostyngiad*, casglu, danfon*, taleb*, cludiad*, anrheg*',
    valid: 'ddilys, dilys, dod i ben, para',
    minutes: 'munud*, funud*',
    hours: 'awr, oriau',
    secret: 'rhannu, rhannwch, neb, anwybydd*',
  },
  ga: {
    code: 'cód, chód, gcód, cód*',
    digits: 'digit*, uimhir',
    proof:
      'fíorú*, fíoraith*, deimhni*, dheimhni*, dearbh*, logáil isteach, sínigh isteach, síniú isteach, slándál*, aon uaire, aonuaire, rochtain, clár*, athshocr*, gníomhach*',
    enter: 'cuir isteach, úsáid*, clóscríobh*, iontráil*',
    other: 'ordú, sonrasc*, beartán*, lascain*, bailiú, seachad*, cód poist, bronntan*',
    valid: 'éag*, bailí*, i bhfeidhm',
    minutes: 'nóim*, nóiméad*',
    hours: 'uair*',
    secret: 'roinn*, aon duine, neamhaird*',
  },
  gd: {
    code: 'còd, chòd',
    proof: 'dearbh*, clàr* a-steach, log* a-steach, tèarainte*, aon turas',
    enter: 'cuir a-steach, cleachd',
    other: 'òrdugh*, parsail*, lasachadh',
    minutes: 'mionaid*, mhionaid*',
  },
  br: {
    code: "kod, c'hod",
    proof: 'gwiri*, kadarn*, kevreañ, surentez',
    other: 'urzhiad*, faktur*',
    minutes: 'munut*, vunut*',
  },
  eu: {
    password: 'pasahitz*',
    code: 'kode*, *kodea, kodea, pasahitz*',
    digits: 'digitu*, zenbaki*',
    proof:
      'egiazt*, berrest*, berretsi*, berresp*, saioa has*, saio hasiera, segurtasun*, erabilera bakarr*, sarbide*, sartze*, sartu, identifik*, aktibat*, erregistr*, berrezar*, autentifik*',
    enter: 'idatzi, erabili, sartu, kopiatu',
    other:
      'eskaera*, eskari*, faktura*, pakete*, bidalketa*, deskontu*, jasotze*, kupoi*, erreserba*, opari*, posta kode*, entrega*',
    valid: 'iraungi*, balio*, baliozko*, indarrean',
    minutes: 'minutu*',
    hours: 'ordu*',
    secret: 'partekatu*, inorekin, inori, ezikusi*',
  },
  eo: {
    code: 'kodo, kodon, *kodo, *kodon',
    digits: 'cifer*, ciferoj*, numero*',
    proof: 'konfirm*, kontrol*, ensalut*, sekurec*, unufoj*, alir*, aŭtentik*, registr*, aktivig*, restarig*',
    enter: 'enigu, uzu, tajpu',
    other: 'mendo*, fakturo*, pako, rabato*, liver*, donac*, poŝtkod*, rezerv*, kupono*',
    valid: 'valid*, eksvalid*',
    minutes: 'minut*',
    hours: 'horo*',
    secret: 'divid*, neniu*, ignor*',
  },
};
