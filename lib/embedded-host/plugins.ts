import type { PluginMethods, PluginsAPI } from "./contract/services.ts";

/** Plugins by name, their methods called with the arguments as given. */
export class PluginTable implements PluginsAPI {
  readonly #plugins = new Map<string, PluginMethods>();

  register(name: string, methods: PluginMethods): void {
    this.#plugins.set(name, methods);
  }

  async call(name: string, method: string, ...args: unknown[]): Promise<unknown> {
    const methods = this.#plugins.get(name);
    if (!methods) throw new Error(`Plugin not found: ${name}`);
    const call = methods[method];
    if (typeof call !== "function") throw new Error(`Method ${method} not found in plugin ${name}`);
    // Taken off its object first, as in the host: a method cannot reach its siblings through `this`.
    return (call as (...given: unknown[]) => unknown)(...args);
  }

  has(name: string): boolean {
    return this.#plugins.has(name);
  }

  list(): string[] {
    return [...this.#plugins.keys()];
  }

  getMethods(name: string): PluginMethods | null {
    return this.#plugins.get(name) ?? null;
  }
}
