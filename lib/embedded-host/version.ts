/** The Ronin whose manners this host has. */
export const RONIN_VERSION = "1.1.1";
