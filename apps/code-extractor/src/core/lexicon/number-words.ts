/** How many minutes or hours, where a mail says it in words: by number, in the forms that stand before "minutes" and "hours". */
export const NUMBER_WORDS: Readonly<Record<number, string>> = {
  1: 'a, an, one, ein, eine, einer, een, één, en, ett, én, un, una, une, uno, um, uma, o, egy, jedna, jednu, jedné, jednej, jedną, jednej, jednu, jedan, jeden, один, одну, одной, една, един, μία, μια, bir, yhden, ühe, vienu, vieną, satu, isang, *एक*, *এক*, ஒரு, 一',
  2: 'two, zwei, twee, två, to, deux, dos, due, dois, duas, două, dwie, dwóch, dwa, dvě, dvou, dve, dvoch, dva, dvije, két, два, две, двух, дві, двох, δύο, iki, kahden, kaksi, kahe, divas, dviejų, dvi, dua, dalawang, *दो*, *দুই*, 两, 二, 두, 2',
  3: 'three, drei, drie, tre, trois, tres, três, trei, trzy, trzech, tři, tří, tri, troch, három, три, трех, трёх, трьох, τρία, τριών, üç, kolmen, kolme, trīs, trijų, tris, tiga, tatlong, *तीन*, *তিন*, *ثلاث*, *שלוש*, 三, สาม, ba',
  4: 'four, vier, fyra, fire, quatre, cuatro, quatro, quattro, patru, cztery, czterech, čtyři, čtyř, štyri, četiri, négy, четыре, чотири, четири, dört, neljän, nelja',
  5: 'five, fünf, vijf, fem, cinq, cinco, cinque, cinci, pięć, pięciu, pět, pěti, päť, piatich, pet, öt, пять, пяти, п’ять, пʼяти, п’яти, пет, πέντε, beş, viiden, viie, piecas, piecu, penkias, penkių, lima, limang, năm, *पाँच*, *पांच*, *পাঁচ*, *خمس*, *پنج*, *חמש*, 五, ห้า',
  6: 'six, sechs, zes, sex, seks, seis, sei, șase, sześć, šest, hat, шесть, шість, шест, altı, kuuden',
  10: 'ten, zehn, tien, tio, ti, dix, diez, dez, dieci, deu, zece, dziesięć, dziesięciu, deset, desiati, desať, desiatich, deseti, tíz, десять, десяти, десет, δέκα, on, kymmenen, kümne, desmit, dešimt, dešimties, sepuluh, sepuluh, sampung, mười, *दस*, *দশ*, *عشر*, *ده*, *עשר*, 十, สิบ',
  12: 'twelve, zwölf, twaalf, tolv, douze, doce, doze, dodici, dwanaście, dvanáct, dvanásť, dvanaest, двенадцать, дванадцять, tizenkét',
  15: 'fifteen, fünfzehn, vijftien, femton, femten, quinze, quince, quindici, cincisprezece, piętnaście, piętnastu, patnáct, patnácti, pätnásť, petnaest, petnajst, tizenöt, пятнадцать, пятнадцати, пʼятнадцять, п’ятнадцять, петнадесет, δεκαπέντε, on beş, viidentoista, lima belas, 十五',
  20: 'twenty, zwanzig, twintig, tjugo, tyve, vingt, veinte, vinte, venti, vint, douăzeci de, dwadzieścia, dwudziestu, dvacet, dvaceti, dvadsať, dvadeset, húsz, двадцать, двадцяти, двадцать, двадесет, είκοσι, yirmi, kahdenkymmenen, dua puluh, 二十',
  24: 'twenty four, vierundzwanzig, vierentwintig, vingt quatre, veinticuatro, vinte e quatro, ventiquattro, 二十四',
  30: 'thirty, dreißig, dertig, trettio, tretti, tredive, trente, treinta, trinta, trenta, treizeci de, trzydzieści, trzydziestu, třicet, tridsať, trideset, harminc, тридцать, тридцяти, тридесет, τριάντα, otuz, kolmenkymmenen, tiga puluh, 三十',
  45: 'forty five, fünfundvierzig, quarante cinq, cuarenta y cinco, quarantacinque',
  48: 'forty eight, achtundvierzig, achtenveertig, quarante huit, cuarenta y ocho, quarenta e oito, quarantotto',
  60: 'sixty, sechzig, zestig, sextio, soixante, sesenta, sessenta, sessanta, sześćdziesiąt, šedesát, шестьдесят',
};

/** Parts of an hour that have names of their own, by their minutes. */
export const PARTS_OF_AN_HOUR: Readonly<Record<number, string>> = {
  15: "quarter of an hour, quarter hour, viertelstunde, kwartier, kvart, kvarter, quart d'heure, cuarto de hora, quarto de hora, quarto d'ora, quart d'hora, kwadrans*, čtvrt hodiny, čtvrthodin*, štvrťhodin*, negyed óra, negyedór*, четверть часа, чверть години, четвърт час, τέταρτο, çeyrek saat, sfert de oră, 一刻钟, 一刻鐘",
  30: 'half an hour, half hour, halbe stunde, halben stunde, half uur, halvtimme*, halvtime*, halv time, halv timme, puoli tuntia, puolen tunnin, demi heure, media hora, meia hora, mezz ora, mezzora, mitja hora, pół godziny, půl hodiny, pol hodiny, pola sata, pol ure, fél óra, félór*, полчаса, получаса, півгодин*, половин час, μισή ώρα, yarım saat, jumătate de oră, pool tundi, poole tunni, pusstund*, pusvaland*, setengah jam, nửa giờ, *نصف ساعة*, *نیم ساعت*, *חצי שעה*, *आधे घंटे*, *আধা ঘণ্টা*, 半小时, 半小時, 半個小時, 半时间, 半時間, 반 시간, ครึ่งชั่วโมง',
};
