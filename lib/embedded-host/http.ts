import type { HttpAPI, RouteHandler, RouteMetadata } from "./contract/services.ts";

/** The routes of all agents. Paths are compared as they arrive: percent-encoded and case-sensitive. */
export class RouteTable implements HttpAPI {
  port: number | undefined;
  readonly #handlers = new Map<string, RouteHandler>();
  readonly #metadata = new Map<string, RouteMetadata>();

  registerRoute(path: string, handler: RouteHandler, metadata?: RouteMetadata): void {
    this.#handlers.set(path, handler);
    if (metadata) this.#metadata.set(path, metadata);
  }

  registerRoutes(routes: Record<string, RouteHandler>): void {
    for (const [path, handler] of Object.entries(routes)) this.registerRoute(path, handler);
  }

  getRouteHandler(path: string): RouteHandler | undefined {
    return this.#handlers.get(path);
  }

  getAllRoutes(): Map<string, RouteHandler> {
    return this.#handlers;
  }

  getRouteMetadata(path: string): RouteMetadata | undefined {
    return this.#metadata.get(path);
  }
}

/** The handler that serves a path: exact, else one trailing slash more or less, else the longest prefix ending in "/". */
export function matchRoute(routes: HttpAPI, path: string): RouteHandler | undefined {
  const toggled = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
  const near = routes.getRouteHandler(path) ?? routes.getRouteHandler(toggled);
  if (near) return near;
  const prefixes = [...routes.getAllRoutes().keys()].filter(
    (key) => key.endsWith("/") && path.startsWith(key),
  );
  const longest = prefixes.sort((left, right) => right.length - left.length)[0];
  return longest === undefined ? undefined : routes.getRouteHandler(longest);
}
