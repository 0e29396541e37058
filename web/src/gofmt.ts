// Files as the server's gofmt writes them.
import { ask } from "./api";
import { type File, isFiles } from "./draft";
import { phrase } from "./words";

/** A place that gofmt could not read. `column` counts bytes from 1; 0 for none. */
export interface Unread {
  file: string;
  line: number;
  column: number;
  message: string;
}

export interface Formatted {
  files: File[];
  errors: Unread[];
}

/** What came of it, or the words that say why nothing did. */
export async function gofmt(files: File[]): Promise<Formatted | string> {
  const answer = await ask("POST", "/api/gofmt", { files });
  if (!answer.ok) return phrase("js-bench-not-formatted", { why: answer.text });
  const body = answer.body as Partial<Formatted> | undefined;
  if (!body || !Array.isArray(body.files) || !Array.isArray(body.errors)) return phrase("js-bench-not-formatted-no-sense");
  return { files: isFiles(body.files) ? body.files : [], errors: body.errors };
}
