import type { Lexicon } from './words.ts';

export const ROMANCE: Lexicon = {
  fr: {
    happened:
      'nouvelle connexion à, a été modifié, modifié, a été changé, changé, a été ajouté, a été activé, a été activée, nouveau message, commenté, mentionné, partagé, invité, invite à',
    password: 'mot de passe, mots de passe',
    code: 'code, mot de passe à usage unique, clé, nip',
    passcode:
      "code de signature, code de vérification, code de sécurité, code de confirmation, code de connexion, code de validation, code d'accès, code d'authentification, code à usage unique",
    digits: 'chiffres, caractères, numéro, nombre, suite',
    proof:
      'vérifi*, confirmer, confirmez, confirme, confirmation, authentifi*, connexion*, connecter, connectez, connecte, se connecter, identifi*, identité, sécurité*, usage unique, accès, accéder, valider, validez, validation, activer, activez, activation, inscription, inscrire, réinitialis*, débloqu*, autoris*, approuv*, double facteur, deux étapes, nouvel appareil, lien magique, créer votre compte, création de votre compte, création de compte, finaliser votre, enregistrer votre, associe*, associez',
    enter: 'saisi*, entrez, entrer, utilis*, tapez, taper, recopi*, copiez, collez, indiquez, renseignez',
    other:
      "commande*, facture*, colis, livraison*, livreur, réservation*, code promo*, promo, remise*, réduction*, bon de*, bon d'achat, carte cadeau*, cadeau*, code postal, suivi, retrait, point relais, consigne*, parrain*, invitation, code barres, code barre, digicode, wifi, billet*, votre rendez vous, un rendez vous, le rendez vous, de rendez vous, rendez vous du, rendez vous le, réunion, visioconf*, reçu, expédi*, code erreur, code d'erreur, fidélité, avantage*, newsletter, abonnement, profitez, licence, dossier de voyage, casier*, concours",
    label:
      'erreur, client, n° client, numéro de client, référence, réf, téléphone, tél, dossier, carte, compte, se terminant par, finissant par, siret, siren, rcs, iban, n°, no, appelez, bp, cs',
    valid: 'expir*, valable*, valide, valides, dure, fonctionner*, périm*',
    minutes: 'minute*, min, mn',
    hours: 'heure*',
    secret: 'partag*, communiqu*, divulgu*, personne, transmett*, ignor*, confidentiel*, tiers',
    denied: "pas vous, pas à l'origine, pas demandé",
  },
  es: {
    happened:
      'nuevo inicio de sesión, ha cambiado, has cambiado, hemos cambiado, se ha cambiado, cambiada, cambiado, modificada, modificado, se ha añadido, se ha activado, nuevo mensaje, comentó, comentario*, mencionó, compartió, invitó',
    password: 'contraseña*',
    code: 'código, codigo, clave, contraseña de un solo uso, pin',
    passcode:
      'código de verificación, código de seguridad, código de acceso, código de confirmación, código de firma, clave de firma, clave dinámica, clave de acceso',
    digits: 'dígitos, digitos, cifras, caracteres, número, secuencia, números',
    proof:
      'verific*, confirmar, confirma, confirmá, confirme, confirmación, confirmes, autentic*, acceso, acceder, accede, iniciar sesión, inicio de sesión, inicia sesión, inicies sesión, ingresar, entrar, seguridad, un solo uso, único uso, identidad, identificación, activ*, registr*, restablec*, recuper*, desbloque*, autoriz*, aprob*, validar, validación, valida, dos pasos, nuevo dispositivo, enlace mágico, crear tu cuenta, cambiar tu, cambiar su, vincul*',
    enter: 'introduc*, introduzc*, ingres*, escrib*, usa, use, usar, utiliz*, teclea*, digita*, pon, poné, copia, pega',
    other:
      'pedido*, factura*, envío*, enviado, paquete*, entrega*, recogida*, recoger, recoge, retiro, retirar, retira, seguimiento, rastreo, cupón*, cupones, descuento*, promo*, regal*, código postal, reserva*, cita, vuelo, boleto*, entradas, código de barras, referido*, invitación, casillero*, taquilla*, puerta, wifi, reunión, recibo*, ahorra*, oferta*, código de error, newsletter, tarjeta regalo, canje*, puntos, sorteo, clave de licencia, licencia de, recargas, soporte, qr',
    label:
      'cliente, referencia, ref, teléfono, tel, expediente, caso, tarjeta, cuenta, terminada en, terminado en, termina en, nif, cif, nit, rfc, n.º, nº, ticket, socio, folio, código postal, llame, llama',
    valid: 'expir*, caduc*, válid*, valid*, vence*, vigente*, vigencia, dura',
    minutes: 'minuto*, min',
    hours: 'hora, horas',
    secret: 'compart*, nadie, revel*, ignor*, confidencial, terceros',
    denied: 'no fuiste tú, no has sido tú, no lo solicitaste, no solicitaste, no has solicitado, no reconoces',
  },
  pt: {
    happened:
      'novo acesso, novo login, novo início de sessão, foi alterada, foi alterado, alterada, alterado, foi adicionado, foi ativada, nova mensagem, comentário, comentou, mencionou, compartilhou, convidou',
    password: 'senha*, palavra passe',
    code: 'código, codigo, senha de uso único, senha, pin, chave de acesso',
    passcode:
      'código de assinatura, código de verificação, código de segurança, código de acesso, código de confirmação, token de acesso',
    digits: 'dígitos, números, número, caracteres, algarismos, sequência, token',
    proof:
      'verific*, confirmar, confirme, confirma, confirmação, confirmamos, autentic*, acesso*, acessar, aceder, entrar, login*, iniciar sessão, início de sessão, segurança, uso único, identidade, ativ*, registo, registar, registr*, cadastr*, redefin*, repor, recuper*, desbloque*, autoriz*, aprov*, validar, validação, duas etapas, dois fatores, novo dispositivo, link mágico, criar sua conta, criar a sua conta',
    enter: 'digit*, insir*, inser*, use, usar, utiliz*, introduz*, escrev*, copie, cole, informe',
    other:
      'pedido*, encomenda*, fatura*, nota fiscal, envio*, entrega*, retir*, levantamento, levantar, recolha, rastre*, cupom*, cupões, cupão, desconto*, promo*, presente*, vale, código postal, cep, reserva*, consulta, voo, bilhete*, ingresso*, código de barras, indicação, convite, cacifo*, armário, porta, wifi, reunião, recibo*, boleto*, economize, oferta*, código de erro, newsletter, pontos, sorteio, chave de licença, resgat*, qr',
    label:
      'cliente, protocolo*, referência, ref, telefone, tel, processo, cartão, conta, final, terminado em, terminada em, cpf, cnpj, nif, nº, n.º, chamado, sócio, ligue',
    valid: 'expir*, válid*, valid*, vence*, caduca*, vigente*',
    minutes: 'minuto*, min',
    hours: 'hora, horas',
    secret: 'compartilh*, partilh*, ninguém, divulg*, ignor*, confidencial, terceiros',
    denied: 'não foi você, não solicitou, não pediu, não reconhece',
  },
  it: {
    happened:
      'nuovo accesso, è stata modificata, è stato modificato, modificata, modificato, è stata cambiata, cambiata, è stato aggiunto, è stata attivata, nuovo messaggio, commento, ha commentato, menzionato, condiviso, invitato',
    password: 'password*',
    code: 'codice, password monouso, parola chiave, pin',
    passcode:
      'codice di firma, codice di verifica, codice di sicurezza, codice di accesso, codice di conferma, codice otp, codice monouso',
    digits: 'cifre, caratteri, numero, sequenza, numeri',
    proof:
      'verific*, conferma, confermare, confermi, confermiamo, autentic*, accesso, accedere, accedi, acceda, sicurezza, monouso, una sola volta, identità, attiv*, registr*, iscrizione, reimpost*, ripristin*, recuper*, sblocc*, autorizz*, approv*, convalid*, due fattori, due passaggi, nuovo dispositivo, entrare, login',
    enter: 'inseri*, usa, usare, utilizz*, digit*, immett*, scrivi, copia, incolla',
    other:
      'ordine, ordini, fattura*, spedizion*, spedito, pacco, consegn*, ritir*, traccia*, sconto, sconti, promo*, coupon*, buono*, regalo, codice postale, cap, prenotazion*, appuntamento, volo, bigliett*, codice a barre, invita*, armadietto, locker, porta, wifi, riunione, ricevuta*, scontrino, risparmia*, offert*, codice errore, newsletter, punti, concorso, chiave di licenza, codice fiscale, protocollo, istanza, qr',
    label:
      'cliente, riferimento, rif, telefono, tel, pratica, carta, conto, che termina con, p.iva, p. iva, iban, n., nr, socio, chiama, numero verde, al numero',
    valid: 'scad*, valid*, valido, valida',
    minutes: 'minut*, min',
    hours: 'ora, ore',
    secret: 'condivid*, nessuno, comunic*, ignor*, riservat*, terzi',
    denied: 'non sei stato, non hai richiesto',
  },
  ca: {
    password: 'contrasenya*',
    code: "codi, clau, contrasenya d'un sol ús",
    digits: 'dígits, xifres, número',
    proof:
      'verific*, confirm*, autentic*, accés*, accedir, iniciar sessió, inici de sessió, inicia la sessió, inicia sessió, entrar, seguretat, un sol ús, identitat, activ*, registr*, restabli*, recuper*, autoritz*, valid*',
    enter: 'introdu*, escriu*, utilitz*, fes servir, usa',
    other:
      'comand*, factur*, enviament*, paquet*, lliurament*, recollida*, recollir, seguiment*, descompte*, promoci*, cupó, codi postal, reserva*, regal*, butlletí, cita, tiquet*, entrades',
    label: 'client, referència, telèfon, expedient, compte, targeta',
    valid: 'caduc*, vàlid*, expir*',
    minutes: 'minut*',
    hours: 'hora, hores',
    secret: 'comparteix*, compartir, ningú, ignor*',
  },
  gl: {
    password: 'contrasinal*',
    code: 'código, codigo, contrasinal dun só uso, clave',
    digits: 'díxitos, cifras',
    proof:
      'verific*, confirm*, acceso, acceder, iniciar sesión, inicio de sesión, entrar, seguridade, dun só uso, identidade, activ*, rexistr*, restablec*, autoriz*',
    enter: 'introduc*, escrib*, usa, utiliz*',
    other: 'pedido*, factura*, envío*, paquete*, entrega*, recollida, desconto*, promoci*, cupón, reserva*, agasallo',
    valid: 'caduc*, válid*, expir*',
    minutes: 'minuto*',
    hours: 'hora, horas',
    secret: 'comparta*, compart*, ninguén, ignor*',
  },
  oc: {
    code: 'còdi',
    proof: 'verific*, confirm*, connexion, seguretat, accès, dintrar',
    enter: 'picatz, utilizatz',
    other: 'comanda, factura, colís, reduccion',
    minutes: 'minuta*',
  },
  ro: {
    happened: 'conectare nouă, autentificare nouă, a fost schimbată, schimbată, modificată, mesaj nou, comentariu, invitat',
    password: 'parol*',
    code: 'cod, codul, codului, parolă unică, parola unică, parola temporară',
    digits: 'cifre*, caractere*, numărul',
    proof:
      'verific*, confirm*, autentific*, conect*, acces*, intra, intri, logare, loga, securitate, siguranță, unică folosință, singură folosință, unic, identit*, activ*, înregistr*, resetar*, reseta*, autoriz*, aprob*, valid*, dispozitiv nou, creare*',
    enter: 'introdu*, folos*, utiliz*, scrie*, tasteaz*, tastaț*, copiaz*',
    other:
      'comand*, factur*, colet*, livr*, curier*, ridicare, ridica*, expedi*, urmărire, awb, reducer*, promo*, voucher*, cupon*, cadou*, cod poștal, codul poștal, rezerv*, programare, bilet*, invitați*, ușă, chitanț*, bon, easybox, puncte',
    label: 'client*, referinț*, telefon*, dosar, card*, cont, contul, cui, nr, terminat în',
    valid: 'expir*, valabil*, valid*',
    minutes: 'minut*, min',
    hours: 'oră, ore, ora',
    secret: 'distribui*, dezvălui*, nimănui, nimeni, comunic*, ignor*, partaj*',
    denied: 'nu ați solicitat, nu ai solicitat',
  },
  la: {
    code: 'codex, codicem, tessera',
    proof: 'confirm*, verific*, probation*',
    other: 'mandatum emptionis, mercatura',
    minutes: 'minuta*',
  },
  mt: {
    code: 'kodiċi, kodiċi*, *kodiċi',
    digits: 'numri, ċifri',
    proof:
      "verifika*, ikkonferma*, konferma*, konfermar*, tidħol, idħol, dħul, aċċess*, sigurtà*, ta' darba, attiva*, irreġistra*, reġistra*, illoggja*",
    enter: 'daħħal, uża, ikteb',
    other: 'ordni*, fattura*, pakkett*, kunsinna*, skont*, prenotazz*, kupun*, rigal*',
    valid: 'jiskadi*, validu*',
    minutes: 'minut*',
    hours: 'siegħ*',
    secret: 'taqsm*, ħadd',
  },
  ht: {
    code: 'kòd',
    proof: 'verifik*, konfim*, konekte*, sekirite*, aksè*, idantite',
    enter: 'antre, itilize, sèvi',
    other: 'kòmand*, livrezon, rabè, kolis, kòd pwomo',
    valid: 'ekspire*, valab*',
    minutes: 'minit*',
    secret: 'pataje*, pèsonn',
  },
};
