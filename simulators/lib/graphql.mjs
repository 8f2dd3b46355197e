// graphql-js as Debian installs it (package node-graphql). It is loaded by its path, so that any build of Node can use it.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

process.env.NODE_ENV ??= 'production';
const debian = '/usr/share/nodejs/graphql';
export const graphql = createRequire(import.meta.url)(existsSync(debian) ? debian : 'graphql');
