import { expect } from "bun:test";
import { RealmsError } from "../../lib/errors.ts";
import { refuseSecrets } from "./planted.ts";

/** Runs `act` and returns the code it fails with; fails the test when nothing is thrown, or something else. */
export function codeOf(
  act: () => unknown,
  errorClass: new (...args: never[]) => RealmsError = RealmsError as never,
): string {
  try {
    act();
  } catch (error) {
    return codeIn(error, errorClass);
  }
  throw new Error("expected an error, but nothing was thrown");
}

/** As {@link codeOf}, for something that is awaited. */
export async function codeOfAsync(
  act: () => Promise<unknown>,
  errorClass: new (...args: never[]) => RealmsError = RealmsError as never,
): Promise<string> {
  try {
    await act();
  } catch (error) {
    return codeIn(error, errorClass);
  }
  throw new Error("expected an error, but nothing was thrown");
}

function codeIn(error: unknown, errorClass: new (...args: never[]) => RealmsError): string {
  if (!(error instanceof RealmsError)) throw error;
  expect(error).toBeInstanceOf(errorClass);
  refuseSecrets("an error", messagesOf(error).join("\n"));
  return error.code;
}

function messagesOf(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...messagesOf(error.cause)] : [String(error)];
}
