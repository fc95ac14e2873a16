/** What we use of the libraries that mailparser is made of; they bring no types of their own. */
declare module 'libmime' {
  const libmime: {
    parseHeaderValue(value: string): { value: string | false; params: Readonly<Record<string, string | undefined>> };
    detectMimeType(extension: string): string;
    decodeWords(text: string): string;
    decodeFlowed(text: string, deletesSpace: boolean): string;
    normalizeCharset(charset: string): string;
  };
  export default libmime;
}

declare module 'libbase64' {
  const libbase64: { decode(text: string): Buffer };
  export default libbase64;
}
