import { unexpected } from "./responses.js";

/** The largest event that the API sends has less than a tenth of this. */
const LARGEST_EVENT = 1024 * 1024;

/** A server-sent event. */
export interface ServerEvent {
  name: string;
  data: string;
}

/** Reads events. One that has no end is left out: the connection broke off in it. */
export class EventReader {
  readonly #decoder = new TextDecoder();
  readonly #response: Response;
  #rest = "";
  /** Of the lines of the event that has not ended. */
  #size = 0;
  #name = "message";
  #data: string[] = [];

  constructor(response: Response) {
    this.#response = response;
  }

  /** The events that end in the next part of the body. */
  read(part: Uint8Array): ServerEvent[] {
    const lines = (this.#rest + this.#decoder.decode(part, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    const events = lines.flatMap((line) => this.#line(line.replace(/\r$/, "")));
    if (this.#size + this.#rest.length > LARGEST_EVENT) {
      throw unexpected("An event is too large for one of the WearOn API. Check baseUrl.", this.#response);
    }
    return events;
  }

  #line(line: string): ServerEvent[] {
    this.#size += line.length;
    if (line === "") {
      const event = { name: this.#name, data: this.#data.join("\n") };
      const isEvent = this.#data.length > 0;
      this.#name = "message";
      this.#data = [];
      this.#size = 0;
      return isEvent ? [event] : [];
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === "event") {
      this.#name = value ?? "";
    } else if (field === "data") {
      this.#data.push(value ?? "");
    }
    return [];
  }
}
