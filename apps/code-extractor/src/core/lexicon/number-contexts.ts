/** What stands before the shown end of a longer number: "ending in 4417", by language. */
export const ENDING_IN: Readonly<Record<string, string>> = {
  en: 'ending, ending in, ending with, ends in, ends with, last four, last 4, last four digits, last 4 digits',
  de: 'endet auf, endend auf, mit endung, mit der endung',
  nl: 'eindigend op, eindigt op',
  'sv, no, da': 'slutar på, slutter på, ender på',
  fr: 'se terminant par, finissant par',
  'es, pt': 'terminado en, terminada en, termina en, terminado em, terminada em, final',
  it: 'che termina con, che termina in, terminante con, terminante in',
  ro: 'terminat în, terminată în',
  pl: 'kończący się na, kończąca się na, kończącego się na, kończącej się na, kończącą się na',
  'cs, sk': 'končící na, končící, končiaca na, končiace na, končiacej na',
  'hr, bs, sr, mk': 'koja završava na, koji završava na, што завршува на',
  'ru, uk, bg':
    'заканчивающийся на, заканчивается на, заканчивающейся на, закінчується на, що закінчується на, завършващ на, завършваща на',
  el: 'λήγει σε, που λήγει σε',
  'ar, he, fa': '*المنتهي ب*, *المنتهية ب*, *המסתיים ב*, *منتهی به*',
  'th, vi, id': '*ลงท้าย*, đuôi, berakhiran, berakhir dengan, berakhir di',
  'zh, ja, ko': '尾号, 尾號, 末四碼, 末尾, 下4桁, 끝자리',
};

/** The same where it stands after: "4417 ile biten kart". */
export const ENDING_IN_AFTER: Readonly<Record<string, string>> = {
  'tr, az': 'ile biten, biten, ilə bitən, bitən',
  hu: 'végződő*, végű*',
  'fi, et': 'päättyv*, päätteinen, lõppev*',
  'ko, ja, hi': '끝나는, で終わる, *पर समाप्त*, *से समाप्त*',
};

export const FOR_EXAMPLE: Readonly<Record<string, string>> = {
  en: 'such as, e.g, e.g., for example, for instance',
  'de, nl': 'z. b., z.b., zum beispiel, wie etwa, bijvoorbeeld, bijv.',
  'fr, es, pt, it': 'par exemple, por ejemplo, por exemplo, ad esempio',
  'pl, cs, ru, uk': 'np., na przykład, například, например, наприклад',
  'tr, zh, ja, ko': 'örneğin, 例如, 例えば, 예를 들어',
};
