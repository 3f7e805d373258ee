import type { Notice } from "./view-models.ts";

const statuses = {
  host_refused: 403,
  login_needed: 401,
  wrong_token: 401,
  too_many_tries: 429,
  cross_site: 403,
  origin_refused: 403,
  not_json: 415,
  too_large: 413,
  action_spent: 409,
  not_found: 404,
  too_many_streams: 503,
} as const;

export type RefusalCode = keyof typeof statuses;

/** The guard says no. Nothing was looked at and nothing was changed. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
  }

  get status(): number {
    return statuses[this.code];
  }

  get notice(): Notice["kind"] {
    switch (this.code) {
      case "host_refused":
      case "login_needed":
      case "wrong_token":
      case "too_many_tries":
      case "not_found":
        return this.code;
      default:
        return "error";
    }
  }
}
