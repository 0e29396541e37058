// A server of one's own, for tests that end it in the middle of something.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const binary = process.env.ASSAY ?? path.resolve(import.meta.dirname, "../../.assay-bin");
/** A first start prepares a toolchain when there is none. */
const START = 120_000;

/** A server with an empty data folder. `kill` is `kill -9`; `start` brings it back at the same address with the same data. */
export class Server {
  url = "";
  #data = mkdtempSync(path.join(tmpdir(), "assay-browser-"));
  #process;
  #listen = "127.0.0.1:0";

  async start() {
    if (!existsSync(binary)) throw new Error(`there is no ${binary}: name the assay binary in ASSAY`);
    this.#process = spawn(binary, ["serve", "--listen", this.#listen, "--data", this.#data], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    this.#process.stderr.on("data", (text) => (said += text));
    const url = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the server did not start: ${said}`)), START);
      let out = "";
      this.#process.stdout.on("data", (text) => {
        out += text;
        const found = /^assay listens on (\S+)/m.exec(out);
        if (!found) return;
        clearTimeout(late);
        resolve(found[1]);
      });
      this.#process.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
    this.url = url;
    this.#listen = new URL(url).host;
  }

  async kill() {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
  }

  async remove() {
    if (this.#process?.exitCode === null && this.#process.signalCode === null) await this.kill();
    rmSync(this.#data, { recursive: true, force: true });
  }
}
