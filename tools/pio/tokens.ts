/** Splits PIO assembly into lines of tokens. */

export interface Line {
  tokens: string[];
  /** `file:line`, for messages. */
  where: string;
}

const token = /\s*(0x[0-9a-f]+|0b[01]+|\d+|\.?[a-z_]\w*|--|::|<<|>>|!=|[-+*/|&^()[\],:=!~])/iy;

/** Lines that hold something. Comments (`;`, `//`, C's) and code blocks for other languages (`% … {` to `%}`) are skipped. */
export function tokenize(source: string, file: string): Line[] {
  const lines: Line[] = [];
  let codeBlock = false;
  withoutComments(source)
    .split("\n")
    .forEach((text, index) => {
      const where = `${file}:${index + 1}`;
      if (codeBlock) {
        codeBlock = !text.trimStart().startsWith("%}");
      } else if (/^\s*%.*\{\s*$/.test(text)) {
        codeBlock = true;
      } else {
        const tokens = split(text, where);
        if (tokens.length > 0) lines.push({ tokens, where });
      }
    });
  return lines;
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[^]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " ")).replace(/(;|\/\/).*/g, "");
}

function split(text: string, where: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const start = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new Error(`${where}: "${text.slice(start).trim()}" is not PIO assembly.`);
    tokens.push(match[1] as string);
  }
  return tokens;
}
